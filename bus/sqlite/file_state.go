package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// fileState is what the file system says about a journal's files.
type fileState struct {
	db, wal os.FileInfo // wal is nil if there is no write-ahead log
}

func stateOf(path string) (s fileState, err error) {
	if s.db, err = os.Stat(path); err != nil {
		return s, err
	}
	if s.wal, err = os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
		s.wal, err = nil, nil
	}
	return s, err
}

// still returns an error if the files have changed since.
func (s fileState) still(path string) error {
	now, err := stateOf(path)
	if err != nil {
		return err
	}
	type seen struct {
		size int64
		at   time.Time
	}
	of := func(i os.FileInfo) seen {
		if i == nil || i.Size() == 0 { // an empty write-ahead log is like none
			return seen{}
		}
		return seen{i.Size(), i.ModTime()}
	}
	if !os.SameFile(s.db, now.db) || of(s.db) != of(now.db) || of(s.wal) != of(now.wal) {
		return errChanging
	}
	return nil
}

// Lost says why records that are appended from now on could not be found again: the file or its folder is no longer at
// its path. Nil: all is well. The journal must be open for writing.
func (j *Journal) Lost() error {
	if err := j.lock.Lost(); err != nil {
		return err
	}
	now, err := os.Stat(j.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the journal's file %s is gone", j.path)
	case err != nil:
		return fmt.Errorf("the journal's file cannot be seen: %w", err)
	case !os.SameFile(j.was, now):
		return fmt.Errorf("the journal's file %s was replaced by another", j.path)
	}
	return nil
}
