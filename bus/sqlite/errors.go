package sqlite

import (
	"errors"
	"fmt"
	"syscall"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"curfew/bus"
)

// advised adds to an error of SQLite what a person can do about it.
func advised(err error) error {
	var e *driver.Error
	if !errors.As(err, &e) {
		return err
	}
	const primary = 0xff // the rest of a code says more about the same
	advice := map[int]string{
		sqlite3.SQLITE_FULL:       "the disk is full: make room, and start again",
		sqlite3.SQLITE_READONLY:   "the file or its folder cannot be written: see to their permissions, and whether the disk is mounted for reading only",
		sqlite3.SQLITE_CANTOPEN:   "the file cannot be opened: see to the permissions of its folder",
		sqlite3.SQLITE_IOERR:      "the disk fails, or is full: see what the system's log says, and start again",
		sqlite3.SQLITE_CORRUPT:    "the file is damaged: `curfew journal export` saves what can be read; restore a backup with `curfew journal restore`",
		sqlite3.SQLITE_CONSTRAINT: "another process has written to this journal: end it, and start again; the records that it wrote are in the journal",
		sqlite3.SQLITE_NOTADB:     "restore a backup with `curfew journal restore`, or name another data folder",
	}[e.Code()&primary]
	if few, ok := fewFiles(); ok && e.Code()&primary == sqlite3.SQLITE_CANTOPEN {
		advice = few
	}
	if advice == "" {
		return err
	}
	return fmt.Errorf("%w: %s", err, advice)
}

// enoughFiles is how many files a process needs at least to have open, a few attempts included.
const enoughFiles = 64

// fewFiles says what to do if this process may open so few files that it may be that. SQLite does not tell.
func fewFiles() (advice string, few bool) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || limit.Cur >= enoughFiles {
		return "", false
	}
	return fmt.Sprintf("this process may have only %d files open: allow %d or more with `ulimit -n`", limit.Cur, enoughFiles), true
}

// locked makes the error of a statement that found the lock taken an [bus.ErrLocked].
func locked(err error) error {
	var e *driver.Error
	if errors.As(err, &e) && e.Code()&0xff == sqlite3.SQLITE_BUSY {
		return fmt.Errorf("%w: %w", bus.ErrLocked, err)
	}
	return err
}
