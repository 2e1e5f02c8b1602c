package sqlite

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"curfew/bus/lock"
	"curfew/bus/sqlite/conn"
)

// lookTries is how often a file is copied that another process changes meanwhile.
const lookTries = 3

// OpenReadOnly opens the journal in that file for reading, whether or not a daemon appends to it. It writes nothing to
// the folder, so the folder may be damaged or read-only; SQLite itself would tidy up after a daemon that was killed. If
// records are known to be missing at the journal's end, reading beyond the last record returns a [*bus.Corrupt].
func OpenReadOnly(path string) (*Journal, error) {
	j := &Journal{path: path}
	err := j.look()
	if err == nil {
		j.schema, err = version(j.read)
	}
	if err == nil && (j.schema < 1 || j.schema > schemaVersion) {
		err = schemaError(j.schema)
	}
	if err == nil && j.done != nil {
		j.damage, err = j.missing()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: sqlite %s: %w", path, advised(err)), j.Close())
	}
	return j, nil
}

// look connects to the file. If a process writes to it, SQLite coordinates the two. If no process does, a file without
// a write-ahead log is read as it is, and one with a write-ahead log is copied: SQLite would change it.
func (j *Journal) look() (err error) {
	for range lookTries {
		before, err := stateOf(j.path)
		if err != nil {
			return err
		}
		switch {
		case before.wal != nil && lock.InUse(filepath.Dir(j.path)):
			j.read, err = conn.Readers(j.path, conn.ReadOnly, readers)
			return err
		case before.wal == nil || before.wal.Size() == 0:
			j.done = func() error { return before.still(j.path) }
			j.read, err = conn.Readers(j.path, conn.Immutable, readers)
			return err
		}
		if err := j.lookAtCopy(); err != nil {
			return err
		}
		if before.still(j.path) == nil {
			return nil
		}
		if err := j.Close(); err != nil {
			return err
		}
		j.read, j.done = nil, nil
	}
	return errChanging
}

var errChanging = errors.New("another process began to write to the journal meanwhile: try again")

// lookAtCopy copies the file and its write-ahead log to a temporary folder, and connects to the copy.
func (j *Journal) lookAtCopy() error {
	folder, err := os.MkdirTemp("", "curfew-journal-") // 0700
	if err != nil {
		return err
	}
	j.done = func() error { return os.RemoveAll(folder) }
	to := filepath.Join(folder, "journal.db")
	for _, suffix := range []string{"", "-wal"} {
		if err := os.WriteFile(to+suffix, nil, 0o600); err != nil {
			return err
		}
		if err := copyFile(j.path+suffix, to+suffix); err != nil {
			return fmt.Errorf("copy the journal to a temporary folder (set TMPDIR for another place): %w", err)
		}
	}
	j.read, err = conn.Readers(to, conn.ReadWrite, readers)
	return err
}
