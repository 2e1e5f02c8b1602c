package sqlite

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/bus/lock"
	"curfew/bus/sqlite/conn"
	"curfew/messages"
)

// A Journal is a journal in an SQLite file. Other processes may read the file meanwhile; only one may append.
type Journal struct {
	path   string
	read   *sql.DB
	schema int // version of the file's tables

	// If it is open for writing.
	write *conn.Writer  // one connection; nil: the journal is open for reading only
	last  atomic.Uint64 // newest seq, kept by Append
	spare sync.Pool     // of *[]byte: memory of blocks that are written
	pack  []byte        // memory for what is stored of one; of Append
	lock  *lock.Lock    // of the folder
	was   os.FileInfo   // the file when it was opened
	mark  *lastFile

	// If it is open for reading and no process writes to it.
	damage *bus.Corrupt // records that are known to be missing at its end; nil: none
	done   func() error // called by Close
}

var (
	_ bus.Journal     = (*Journal)(nil)
	_ bus.Searcher    = (*Journal)(nil)
	_ bus.Stager      = (*Journal)(nil)
	_ bus.Beginner    = (*Journal)(nil)
	_ bus.Witness     = (*Journal)(nil)
	_ bus.LossChecker = (*Journal)(nil)
)

// Last is the seq of the newest record.
func (j *Journal) Last() (uint64, error) {
	if j.write != nil {
		return j.last.Load(), nil
	}
	return newest(j.read)
}

// Append writes the records in blocks, in one transaction, and returns when they are on the disk. If another process
// holds the lock of the file for more than five seconds, the error is [bus.ErrLocked].
func (j *Journal) Append(rs []messages.Record) error {
	write, err := j.Stage(rs)
	if err != nil {
		return err
	}
	return write()
}

// Stage encodes the blocks.
func (j *Journal) Stage(rs []messages.Record) (write func() error, err error) {
	if j.write == nil {
		return nil, errReadOnly
	}
	if len(rs) == 0 {
		return func() error { return nil }, nil
	}
	var room []byte
	if spare, ok := j.spare.Get().(*[]byte); ok {
		room = *spare
	}
	blocks, used, err := block.Encode(rs, room)
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: append: %w", err)
	}
	return func() error {
		err := j.insert(blocks)
		if err == nil { // else the blocks may be needed again
			j.spare.Put(&used)
		}
		return err
	}, nil
}

// insert writes blocks, at least one, in one transaction.
func (j *Journal) insert(blocks []block.Block) error {
	first, last := blocks[0].First, blocks[len(blocks)-1].Last
	if want := j.last.Load() + 1; first != want {
		return fmt.Errorf("bus: sqlite: append: record %d does not follow: the next is %d", first, want)
	}
	tx, err := j.write.Begin()
	if err != nil {
		return fmt.Errorf("bus: sqlite: append: %w", locked(advised(err)))
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	for _, b := range blocks {
		const insert = "INSERT INTO journal (first, last, crc, block) VALUES (?, ?, ?, ?)"
		stored := b.Stored(&j.pack) // the driver copies it
		if _, err := tx.Exec(insert, int64(b.First), int64(b.Last), int64(b.Sum()), stored); err != nil {
			return fmt.Errorf("bus: sqlite: append records %d to %d: %w", b.First, b.Last, advised(err))
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("bus: sqlite: append records %d to %d: %w", first, last, advised(err))
	}
	j.last.Store(last)
	return j.mark.raise(last)
}

// Close closes the file and releases the lock. What was appended is durable already.
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

var errReadOnly = errors.New("bus: sqlite: the journal is open for reading only")

func newest(db *sql.DB) (last uint64, err error) {
	if err := db.QueryRow("SELECT coalesce(max(last), 0) FROM journal").Scan(&last); err != nil {
		return 0, fmt.Errorf("bus: sqlite: find the last record: %w", err)
	}
	return last, nil
}
