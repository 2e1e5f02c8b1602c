package sqlite

import (
	"fmt"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
)

// advised adds to an error of SQLite what people can do about it.
func advised(err error) error {
	code := conn.Code(err)
	advice := map[int]string{
		conn.Full:       "the disk is full: make room, and start again",
		conn.ReadOnlyFS: "the file or its folder cannot be written: check their permissions, and whether the disk is mounted read-only",
		conn.CantOpen:   "the file cannot be opened: check the permissions of its folder",
		conn.IOError:    "the disk fails or is full: look into the system's log, and start again",
		conn.Corrupt: "the file is damaged: save the readable records with `curfew journal export`, " +
			"and restore a backup with `curfew journal restore`",
		conn.Constraint: "another process has written to this journal: end it, and start again; its records are in the journal",
		conn.NotADB:     "restore a backup with `curfew journal restore`, or choose another data folder",
	}[code]
	if few, ok := fewFiles(); ok && code == conn.CantOpen {
		advice = few
	}
	if advice == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, advice)
}

// enoughFiles is how many open files a process with a few attempts needs at least.
const enoughFiles = 64

// fewFiles is the advice if this process may open so few files that this can be the cause: SQLite does not say so.
func fewFiles() (advice string, few bool) {
	limit, known := maxFiles()
	if !known || limit >= enoughFiles {
		return "", false
	}
	return fmt.Sprintf("this process may open only %d files: allow at least %d with `ulimit -n`", limit, enoughFiles), true
}

// locked turns the error of a statement that found the file locked into a [bus.ErrLocked].
func locked(err error) error {
	if conn.Code(err) == conn.Busy {
		return fmt.Errorf("%w: %w", bus.ErrLocked, err)
	}
	return err
}
