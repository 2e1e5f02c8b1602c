package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
	"curfew/internal/durable"
)

// inspect looks for what is missing before the file is opened for writing: SQLite takes a damaged write-ahead log for
// one that ends at the damage, and does away with the rest of it, and makes a new file where there is none. What is
// missing is refused, or told if lost is there for that.
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
			damage = "the journal's file is gone, and its write-ahead log is not"
		}
	}
	missing := lostEnd(last, readLast(j.path), damage)
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

// end is the newest record of a file that this process does not yet write to. If its write-ahead log is damaged a
// copy is asked. A file that is not there, or empty, is [fs.ErrNotExist].
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
		err = errors.Join(f.Close(), copyFile(wal, aside), durable.Sync(aside))
	}
	if err != nil {
		return "", fmt.Errorf("keep a copy of the write-ahead log: %w", err)
	}
	return aside, nil
}

// missing says what is not there any more of a journal that nobody writes to.
func (j *Journal) missing() (*bus.Corrupt, error) {
	damage, err := checkWAL(j.path)
	if err != nil {
		return nil, err
	}
	last, err := newest(j.read)
	if err != nil {
		return nil, err
	}
	return lostEnd(last, readLast(j.path), damage), nil
}

// lostEnd is what is missing behind the last record, if one is known to have been there, or the write-ahead log is
// damaged; nil: nothing.
func lostEnd(last, known uint64, damage string) *bus.Corrupt {
	switch {
	case damage == "" && known <= last:
		return nil
	case damage == "":
		damage = fmt.Sprintf("they are missing: the journal ends at record %d, and has come to record %d before", last, known)
	}
	return &bus.Corrupt{First: last + 1, Last: max(last+1, known), Reason: damage, AtEnd: true}
}
