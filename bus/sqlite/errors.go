package sqlite

import (
	"errors"
	"fmt"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"curfew/bus"
)

// advised adds to an error of SQLite what people can do about it.
func advised(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	const primary = 0xff // the other bits of a code only say more about the same error
	advice := map[int]string{
		sqlite3.SQLITE_FULL:     "the disk is full: make room, and start again",
		sqlite3.SQLITE_READONLY: "the file or its folder cannot be written: check their permissions, and whether the disk is mounted read-only",
		sqlite3.SQLITE_CANTOPEN: "the file cannot be opened: check the permissions of its folder",
		sqlite3.SQLITE_IOERR:    "the disk fails or is full: look into the system's log, and start again",
		sqlite3.SQLITE_CORRUPT: "the file is damaged: save the readable records with `curfew journal export`, " +
			"and restore a backup with `curfew journal restore`",
		sqlite3.SQLITE_CONSTRAINT: "another process has written to this journal: end it, and start again; its records are in the journal",
		sqlite3.SQLITE_NOTADB:     "restore a backup with `curfew journal restore`, or choose another data folder",
	}[e.Code()&primary]
	if few, ok := fewFiles(); ok && e.Code()&primary == sqlite3.SQLITE_CANTOPEN {
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
	var e *driver.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		return fmt.Errorf("%w: %w", bus.ErrLocked, err)
	}
	return err
}
