package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"curfew/bus"
	"curfew/bus/lock"
	"curfew/bus/sqlite/conn"
)

// readers is how many connections a journal reads with.
const readers = 4

// Open opens the journal in that file for writing and takes the lock of its folder. If there is no file it makes one,
// readable by its owner only. If another process holds the lock, such as a daemon, the error is a [*lock.Held]. Open
// refuses a file of a newer schema and one that SQLite would not keep durable. If records at the journal's end are
// missing, the error is a [*bus.Corrupt]: SQLite would go on without them.
func Open(path string) (*Journal, error) { return open(path, nil) }

// OpenDamaged is [Open] for people who accept that records are missing at the journal's end. If there are any it calls
// lost with them, and with the name of the copy that it made of the write-ahead log (empty: there was no log).
func OpenDamaged(path string, lost func(c *bus.Corrupt, aside string)) (*Journal, error) {
	return open(path, lost)
}

func open(path string, lost func(*bus.Corrupt, string)) (j *Journal, err error) {
	j = &Journal{path: path}
	defer func() {
		if err != nil {
			j, err = nil, errors.Join(fmt.Errorf("bus: sqlite %s: %w", path, advised(err)), j.Close())
		}
	}()
	if j.lock, err = lock.Acquire(context.Background(), filepath.Dir(path)); err != nil {
		return j, err
	}
	if err := j.inspect(lost); err != nil {
		return j, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return j, err
	}
	j.was, err = f.Stat()
	// From here on only SQLite may open the file: a process loses its locks on a file when it closes any handle of it.
	if err = errors.Join(err, f.Close()); err != nil {
		return j, err
	}
	if j.mark, err = openLast(path); err != nil {
		return j, err
	}
	if j.read, err = conn.Readers(path, conn.ReadWrite, readers); err != nil {
		return j, err
	}
	if j.write, err = conn.NewWriter(path, "auto_vacuum(INCREMENTAL)"); err != nil {
		return j, err
	}
	return j, j.prepare()
}
