package sqlite

import (
	"curfew/bus"
	"curfew/internal/lock"
	"curfew/messages"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
)

// A Journal is a journal in an SQLite file: a write-ahead log that is synced at every Append, records in
// blocks with a checksum. Other processes may read the file meanwhile; only one may append.
type Journal struct {
	write  *sql.DB // nil when opened for reading only; one connection
	read   *sql.DB
	schema int           // of the file
	last   atomic.Uint64 // newest seq, kept by Append

	// Of one that is opened for writing.
	path string
	lock *lock.Lock // of the folder
	was  os.FileInfo
	mark *lastFile

	// Of one that is opened for reading while nobody writes to it.
	damage *bus.Corrupt // what is known to be missing at its end; nil: nothing
	done   func() error // called by Close
}

var _ bus.Journal = (*Journal)(nil)

// Last is the seq of the newest record.
func (j *Journal) Last() (uint64, error) {
	if j.write != nil {
		return j.last.Load(), nil
	}
	return newest(j.read)
}

// Append writes the records in blocks, in one transaction, and returns when they are on the disk.
func (j *Journal) Append(rs []messages.Record) error {
	if j.write == nil {
		return errReadOnly
	}
	if len(rs) == 0 {
		return nil
	}
	if want := j.last.Load() + 1; rs[0].Seq != want {
		return fmt.Errorf("bus: sqlite: append: seq %d where %d is next", rs[0].Seq, want)
	}
	blocks, err := encodeBlocks(rs)
	if err != nil {
		return fmt.Errorf("bus: sqlite: append: %w", err)
	}
	tx, err := j.write.Begin()
	if err != nil {
		return fmt.Errorf("bus: sqlite: append: %w", locked(advised(err)))
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for _, b := range blocks {
		if _, err := tx.Exec("INSERT INTO journal (first, last, crc, block) VALUES (?, ?, ?, ?)", int64(b.first), int64(b.last), int64(b.sum()), b.lines); err != nil {
			return fmt.Errorf("bus: sqlite: append records %d to %d: %w", b.first, b.last, advised(err))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("bus: sqlite: append records %d to %d: %w", rs[0].Seq, rs[len(rs)-1].Seq, advised(err))
	}
	last := rs[len(rs)-1].Seq
	j.last.Store(last)
	return j.mark.raise(last)
}

// Close closes the file; what was appended is durable already.
func (j *Journal) Close() error {
	var errs []error
	if j.read != nil {
		errs = append(errs, j.read.Close())
	}
	if j.write != nil {
		errs = append(errs, j.write.Close())
	}
	errs = append(errs, j.mark.close())
	if j.lock != nil {
		errs = append(errs, j.lock.Release())
	}
	if j.done != nil {
		errs = append(errs, j.done())
		j.done = nil
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("bus: sqlite: close: %w", err)
	}
	return nil
}

var errReadOnly = errors.New("bus: sqlite: opened for reading only")

func newest(db *sql.DB) (last uint64, err error) {
	if err := db.QueryRow("SELECT coalesce(max(last), 0) FROM journal").Scan(&last); err != nil {
		return 0, fmt.Errorf("bus: sqlite: find the last record: %w", err)
	}
	return last, nil
}
