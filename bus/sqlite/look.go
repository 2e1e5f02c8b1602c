package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"curfew/bus"
	"curfew/bus/sqlite/conn"
	"curfew/internal/lock"
)

// lookTries is how often a copy is made of a file that somebody changes meanwhile.
const lookTries = 3

// OpenReadOnly opens the journal in that file for reading, whether or not a daemon appends to it. It writes
// nothing to the folder, so that one can be looked at which is damaged, or which can only be read: SQLite itself
// would clear up behind a daemon that was killed. What is known to be missing at the journal's end comes as a
// [*bus.Corrupt] behind the last record that is there.
func OpenReadOnly(path string) (*Journal, error) {
	s := &Journal{path: path}
	err := s.look()
	if err == nil {
		s.schema, err = version(s.read)
	}
	if err == nil && (s.schema < 1 || s.schema > schemaVersion) {
		err = schemaError(s.schema)
	}
	if err == nil && s.done != nil {
		s.damage, err = s.missing()
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("bus: sqlite %s: %w", path, advised(err)), s.Close())
	}
	return s, nil
}

// look connects to the file. Beside a process that writes to it SQLite keeps the peace; a file that nobody writes to,
// and that has no write-ahead log, is read as it is; of another one a copy is read.
func (s *Journal) look() (err error) {
	for range lookTries {
		before, err := stateOf(s.path)
		if err != nil {
			return err
		}
		switch {
		case before.wal != nil && lock.InUse(filepath.Dir(s.path)):
			s.read, err = conn.Readers(s.path, conn.ReadOnly, readers)
			return err
		case before.wal == nil || before.wal.Size() == 0:
			s.done = func() error { return before.still(s.path) }
			s.read, err = conn.Readers(s.path, conn.Immutable, readers)
			return err
		}
		if err := s.lookAtCopy(); err != nil {
			return err
		}
		if before.still(s.path) == nil {
			return nil
		}
		if err := s.Close(); err != nil {
			return err
		}
		s.read, s.done = nil, nil
	}
	return errChanging
}

var errChanging = errors.New("another process began to write to the journal meanwhile: ask again")

// lookAtCopy copies the file and its write-ahead log to a folder of this process's, and connects to the copy.
func (s *Journal) lookAtCopy() error {
	folder, err := os.MkdirTemp("", "curfew-journal-") // 0700
	if err != nil {
		return err
	}
	s.done = func() error { return os.RemoveAll(folder) }
	to := filepath.Join(folder, "journal.db")
	for _, suffix := range []string{"", "-wal"} {
		if err := os.WriteFile(to+suffix, nil, 0o600); err != nil {
			return err
		}
		if err := copyFile(s.path+suffix, to+suffix); err != nil {
			return fmt.Errorf("copy the journal to a temporary folder (TMPDIR says where): %w", err)
		}
	}
	s.read, err = conn.Readers(to, conn.ReadWrite, readers)
	return err
}

// missing says what is not there any more of a journal that nobody writes to.
func (s *Journal) missing() (*bus.Corrupt, error) {
	damage, err := checkWAL(s.path)
	if err != nil {
		return nil, err
	}
	last, err := newest(s.read)
	if err != nil {
		return nil, err
	}
	return lostEnd(last, readLast(s.path), damage), nil
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
