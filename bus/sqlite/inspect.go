package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
)

// inspect looks for what is missing before the file is opened for writing: SQLite takes a damaged write-ahead log for
// one that ends at the damage, and does away with the rest of it, and makes a new file where there is none. What is
// missing is refused, or told if lost is there for that.
func (s *Journal) inspect(lost func(*bus.Corrupt, string)) error {
	damage, err := checkWAL(s.path)
	if err != nil {
		return err
	}
	last, err := s.end(damage != "")
	var wal os.FileInfo
	if errors.Is(err, fs.ErrNotExist) {
		last, err = 0, nil
		if wal, _ = os.Stat(s.path + "-wal"); wal != nil && wal.Size() > 0 && damage == "" {
			damage = "the journal's file is gone, and its write-ahead log is not"
		}
	}
	missing := lostEnd(last, readLast(s.path), damage)
	switch {
	case err != nil && damage != "":
		return errors.Join(missing, err)
	case err != nil || missing == nil:
		return err
	case lost == nil:
		return missing
	}
	aside, err := keepWAL(s.path)
	if err == nil {
		lost(missing, aside)
	}
	return err
}

// end is the newest record of a file that this process does not yet write to. If its write-ahead log is damaged a
// copy is asked. A file that is not there, or empty, is [fs.ErrNotExist].
func (s *Journal) end(damaged bool) (last uint64, err error) {
	if info, err := os.Stat(s.path); err != nil {
		return 0, err
	} else if info.Size() == 0 {
		return 0, fs.ErrNotExist
	}
	probe := &Journal{path: s.path}
	defer func() { err = errors.Join(err, probe.Close()) }()
	if damaged {
		err = probe.lookAtCopy()
	} else {
		probe.read, err = conn.Readers(s.path, conn.ReadOnly, 1)
	}
	if err != nil {
		return 0, err
	}
	switch v, err := version(probe.read); {
	case err != nil:
		return 0, err
	case v < 0 || v > schemaVersion:
		return 0, schemaError(v)
	case v == 0: // its tables were never made
		return 0, nil
	}
	return newest(probe.read)
}

// keepWAL copies the write-ahead log to a name of its own, and says which; empty if there is none.
func keepWAL(path string) (aside string, err error) {
	wal := path + "-wal"
	if info, err := os.Stat(wal); err != nil || info.Size() == 0 {
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return "", err
	}
	aside = wal + ".damaged-" + time.Now().UTC().Format("20060102T150405.000Z")
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = errors.Join(f.Close(), copyFile(wal, aside), syncFile(aside))
	}
	if err != nil {
		return "", fmt.Errorf("keep a copy of the write-ahead log: %w", err)
	}
	return aside, nil
}

// Appended is the newest seq that the journal is known to have had when it was opened; 0: nothing is known.
func (s *Journal) Appended() uint64 {
	if s.mark == nil {
		return readLast(s.path)
	}
	return s.mark.found
}

// Lost says why what is appended from now on could not be found again: the file is not at its path any more, or its
// folder is not. Nil: all is well. It is for who opened the journal for writing.
func (s *Journal) Lost() error {
	if err := s.lock.Lost(); err != nil {
		return err
	}
	now, err := os.Stat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the journal's file %s is gone", s.path)
	case err != nil:
		return fmt.Errorf("the journal's file cannot be seen: %w", err)
	case !os.SameFile(s.was, now):
		return fmt.Errorf("the journal's file %s is another one now", s.path)
	}
	return nil
}
