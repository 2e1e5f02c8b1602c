package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// fileState is what is seen of a journal's files from outside.
type fileState struct {
	db, wal os.FileInfo // wal: nil if there is none
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

// still is an error if the files are not as they were.
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
		if i == nil || i.Size() == 0 { // as good as none
			return seen{}
		}
		return seen{i.Size(), i.ModTime()}
	}
	if !os.SameFile(s.db, now.db) || of(s.db) != of(now.db) || of(s.wal) != of(now.wal) {
		return errChanging
	}
	return nil
}

// Lost says why what is appended from now on could not be found again: the file is not at its path any more, or its
// folder is not. Nil: all is well. It is for who opened the journal for writing.
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
		return fmt.Errorf("the journal's file %s is another one now", j.path)
	}
	return nil
}
