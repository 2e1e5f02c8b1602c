package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/messages"
)

// dropBlocks is how many blocks one transaction removes, so that appends have their turn in between.
const dropBlocks = 256

// vacuumPages is how many free pages, of 4 KiB, go back to the file system after each of these transactions.
const vacuumPages = 8192

// First is the seq of the oldest record that is kept.
func (j *Journal) First() (uint64, error) {
	first, err := floor(j.read, j.schema)
	if err != nil {
		return 0, fmt.Errorf("bus: sqlite: find the oldest record: %w", err)
	}
	return first, nil
}

// floor is the seq before which Drop has removed the records.
func floor(db *sql.DB, schema int) (seq uint64, err error) {
	if schema < 2 {
		return 1, nil
	}
	err = db.QueryRow("SELECT seq FROM journal_floor").Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 1, nil
	}
	return seq, err
}

// Begin has the journal, which is empty, begin with the record of that seq.
func (j *Journal) Begin(first uint64) error {
	if j.write == nil {
		return errReadOnly
	}
	if last := j.last.Load(); last > 0 {
		return fmt.Errorf("bus: sqlite: begin at record %d: the journal has records up to %d", first, last)
	}
	if _, err := j.write.Exec("DELETE FROM journal_floor; INSERT INTO journal_floor (seq) VALUES (?)", int64(first)); err != nil {
		return fmt.Errorf("bus: sqlite: begin at record %d: %w", first, err)
	}
	j.last.Store(first - 1)
	return nil
}

// Cut is the seq of the oldest record to keep. It counts whole blocks: a block that must stay in part stays whole.
func (j *Journal) Cut(before messages.Instant, size int64) (uint64, error) {
	cut, err := j.cutByTime(before)
	if err == nil && size > 0 {
		var more uint64
		more, err = j.cutBySize(size)
		cut = max(cut, more)
	}
	if err != nil {
		return 0, fmt.Errorf("bus: sqlite: look for old records: %w", err)
	}
	return cut, nil
}

// cutByTime is a binary search for the first block that ends at that time or later.
func (j *Journal) cutByTime(before messages.Instant) (uint64, error) {
	low, err := j.First()
	if err != nil || before.IsZero() {
		return low, err
	}
	high, err := j.Last() // every block that ends after high ends late enough, if there is one
	if err != nil {
		return 0, err
	}
	for low <= high {
		mid := low + (high-low)/2
		first, last, at, err := j.blockAt(mid)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return low, nil
		case err != nil:
			return 0, err
		case at < before:
			low = last + 1
		default:
			high = first - 1
		}
	}
	return low, nil
}

// blockAt is the block that holds that record: its seqs, and the time of its last record.
func (j *Journal) blockAt(seq uint64) (first, last uint64, at messages.Instant, err error) {
	var b block.Block
	const query = "SELECT first, last, block FROM journal WHERE first <= ? ORDER BY first DESC LIMIT 1"
	if err := j.read.QueryRow(query, int64(seq)).Scan(&b.First, &b.Last, &b.Lines); err != nil {
		return 0, 0, 0, err
	}
	if err := b.Restore(); err != nil {
		return 0, 0, 0, err
	}
	lines := bytes.TrimSuffix(b.Lines, []byte("\n"))
	line := lines[bytes.LastIndexByte(lines, '\n')+1:]
	var r messages.Record
	if err := r.UnmarshalJSON(line); err != nil {
		return 0, 0, 0, &bus.Corrupt{First: b.First, Last: b.Last, Reason: err.Error()}
	}
	return b.First, b.Last, r.At, nil
}

// cutBySize adds up the sizes of the blocks, from the newest on.
func (j *Journal) cutBySize(size int64) (uint64, error) {
	rows, err := j.read.Query("SELECT first, last, length(block) FROM journal ORDER BY first DESC")
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var first, last uint64
		var n int64
		if err := rows.Scan(&first, &last, &n); err != nil {
			return 0, err
		}
		if size -= n; size < 0 {
			return last + 1, nil
		}
	}
	return 0, rows.Err()
}

// Drop removes the blocks that end before that seq, and gives their room back to the file system.
func (j *Journal) Drop(before uint64) error {
	if j.write == nil {
		return errReadOnly
	}
	before = min(before, j.last.Load())
	for {
		more, err := j.dropSome(before)
		if err != nil {
			return fmt.Errorf("bus: sqlite: remove records before %d: %w", before, err)
		}
		if !more {
			return nil
		}
	}
}

func (j *Journal) dropSome(before uint64) (more bool, err error) {
	tx, err := j.write.Begin()
	if err != nil {
		return false, err
	}
	defer tx.Rollback() //nolint:errcheck // after Commit it does nothing
	const drop = `DELETE FROM journal WHERE first IN (SELECT first FROM journal WHERE last < ? ORDER BY first LIMIT ?)`
	got, err := tx.Exec(drop, int64(before), dropBlocks)
	if err != nil {
		return false, err
	}
	n, err := got.RowsAffected()
	if err != nil || n == 0 {
		return false, err
	}
	const raise = `DELETE FROM journal_floor; INSERT INTO journal_floor (seq) SELECT min(first) FROM journal;
		DELETE FROM snapshot_head WHERE seq + 1 < (SELECT seq FROM journal_floor);
		DELETE FROM snapshot_part WHERE seq + 1 < (SELECT seq FROM journal_floor)`
	if _, err := tx.Exec(raise); err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		return false, err
	}
	// A file that an older build made cannot shrink: it keeps its size, and its free pages are used again.
	_, err = j.write.Exec(fmt.Sprintf("PRAGMA incremental_vacuum(%d)", vacuumPages))
	return n == dropBlocks, err
}
