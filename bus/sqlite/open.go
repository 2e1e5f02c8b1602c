package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
	"curfew/internal/lock"
)

// readers is how many connections read.
const readers = 4

// Open opens the journal in that file, or makes it, readable by its owner only, and takes the lock of its
// folder: if another process has it, a daemon for one, the error is a [*lock.Held]. It refuses a file of a newer
// schema, one that SQLite does not keep as durably as it was told to, and one whose write-ahead log is damaged,
// with a [*bus.Corrupt]: SQLite would go on without what is behind the damage.
func Open(path string) (*Journal, error) { return open(path, nil) }

// OpenDamaged is Open for who has to go on without the records that are missing at the journal's end. It
// tells them, if there are any, with the name that a copy of the write-ahead log has, if there was one.
func OpenDamaged(path string, lost func(c *bus.Corrupt, aside string)) (*Journal, error) {
	return open(path, lost)
}

func open(path string, lost func(*bus.Corrupt, string)) (s *Journal, err error) {
	s = &Journal{path: path}
	defer func() {
		if err != nil {
			s, err = nil, errors.Join(fmt.Errorf("bus: sqlite %s: %w", path, advised(err)), s.Close())
		}
	}()
	if s.lock, err = lock.Acquire(context.Background(), filepath.Dir(path)); err != nil {
		return s, err
	}
	if err := s.inspect(lost); err != nil {
		return s, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return s, err
	}
	s.was, err = f.Stat()
	// From here on only SQLite may open the file: its locks end when this process closes any handle of it.
	if err = errors.Join(err, f.Close()); err != nil {
		return s, err
	}
	if s.mark, err = openLast(path); err != nil {
		return s, err
	}
	if s.read, err = conn.Readers(path, conn.ReadWrite, readers); err != nil {
		return s, err
	}
	if s.write, err = conn.Writer(path, "auto_vacuum(INCREMENTAL)"); err != nil {
		return s, err
	}
	return s, s.prepare()
}
