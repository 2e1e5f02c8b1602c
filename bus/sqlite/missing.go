package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"curfew/bus"
	"curfew/bus/durable"
	"curfew/bus/sqlite/conn"
)

// inspect looks for missing records before the file is opened for writing, because SQLite hides them: it takes a
// damaged write-ahead log for one that ends at the damage and deletes the rest, and it makes a new file where there is
// none. If records are missing, inspect returns a [*bus.Corrupt]; if lost is not nil, it calls that instead.
func (j *Journal) inspect(lost func(*bus.Corrupt, string)) error {
	damage, err := checkWAL(j.path)
	if err != nil {
		return err
	}
	last, err := j.end(damage != "")
	var wal os.FileInfo
	if errors.Is(err, fs.ErrNotExist) {
		last, err = 0, nil
		if wal, _ = os.Stat(j.path + "-wal"); wal != nil && wal.Size() > 0 && damage == "" {
			damage = "the journal's file is gone, and its write-ahead log is still there"
		}
	}
	known, _ := readLast(j.path) // what is wrong with it, the start says
	missing := lostEnd(last, known, damage)
	switch {
	case err != nil && damage != "":
		return errors.Join(missing, err)
	case err != nil || missing == nil:
		return err
	case lost == nil:
		return missing
	}
	aside, err := keepWAL(j.path)
	if err == nil {
		lost(missing, aside)
	}
	return err
}

// end is the seq of the newest record in the file, before this process opens it for writing. If the write-ahead log is
// damaged it reads a copy. A file that does not exist, or is empty, is [fs.ErrNotExist].
func (j *Journal) end(damaged bool) (last uint64, err error) {
	if info, err := os.Stat(j.path); err != nil {
		return 0, err
	} else if info.Size() == 0 {
		return 0, fs.ErrNotExist
	}
	probe := &Journal{path: j.path}
	defer func() { err = errors.Join(err, probe.Close()) }()
	if damaged {
		err = probe.lookAtCopy()
	} else {
		probe.read, err = conn.Readers(j.path, conn.ReadOnly, 1)
	}
	if err != nil {
		return 0, err
	}
	switch v, err := version(probe.read); {
	case err != nil:
		return 0, err
	case v < 0 || v > schemaVersion:
		return 0, schemaError(v)
	case v == 0: // the tables were never made
		return 0, nil
	}
	return newest(probe.read)
}

// keepWAL copies the write-ahead log and returns the name of the copy; empty if there is no log.
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
		err = errors.Join(f.Close(), copyFile(wal, aside), durable.Sync(aside))
	}
	if err != nil {
		return "", fmt.Errorf("keep a copy of the write-ahead log: %w", err)
	}
	return aside, nil
}

// missing finds the records that are missing at the end of a journal that no process writes to.
func (j *Journal) missing() (*bus.Corrupt, error) {
	damage, err := checkWAL(j.path)
	if err != nil {
		return nil, err
	}
	last, err := newest(j.read)
	if err != nil {
		return nil, err
	}
	known, _ := readLast(j.path) // what is wrong with it, the next start says
	return lostEnd(last, known, damage), nil
}

// lostEnd is the records that are missing after the last one: up to known if that is larger, and at least one if the
// write-ahead log is damaged. Nil: none.
func lostEnd(last, known uint64, damage string) *bus.Corrupt {
	switch {
	case damage == "" && known <= last:
		return nil
	case damage == "":
		damage = fmt.Sprintf("they are missing: the journal ends at record %d, and had reached record %d before", last, known)
	}
	return &bus.Corrupt{First: last + 1, Last: max(last+1, known), Reason: damage, AtEnd: true}
}
