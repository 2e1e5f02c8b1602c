package sqlite

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/messages"
)

// searchBlocks is how many blocks one transaction reads. It is bounded because the write-ahead log cannot shrink during
// a transaction that reads.
const searchBlocks = 2048

// Search calls f for every record from that seq on whose line want accepts. It checks every block against its checksum,
// and decodes only the lines that are wanted.
func (j *Journal) Search(ctx context.Context, from uint64, want func(bus.Line) bool, f func(messages.Record) error) error {
	first, err := j.First()
	if err != nil {
		return err
	}
	find := finder{first: j.First, from: max(from, first), want: want, found: f}
	for find.next = find.from; ; {
		n, err := j.searchSome(ctx, &find)
		if err == nil && n < searchBlocks && j.damage != nil {
			err = j.damage
		}
		if err != nil || n < searchBlocks {
			return err
		}
	}
}

// searchSome reads the next blocks, up to searchBlocks, and returns how many there were.
func (j *Journal) searchSome(ctx context.Context, find *finder) (n int, err error) {
	const query = `SELECT first, last, crc, block FROM journal
		WHERE first >= coalesce((SELECT max(first) FROM journal WHERE first <= ?), 0) AND last >= ? ORDER BY first LIMIT ?`
	rows, err := j.read.QueryContext(ctx, query, int64(find.next), int64(find.next), searchBlocks)
	if err != nil {
		return 0, fmt.Errorf("bus: sqlite: search from %d: %w", find.next, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var crc int64
		b := block.Block{}
		if err := rows.Scan(&b.First, &b.Last, &crc, (*rawBytes)(&b.Lines)); err != nil {
			return n, fmt.Errorf("bus: sqlite: search from %d: %w", find.next, err)
		}
		n++
		if err := find.block(b, crc); err != nil {
			return n, err
		}
	}
	if err := rows.Err(); err != nil {
		return n, fmt.Errorf("bus: sqlite: search from %d: %w", find.next, err)
	}
	return n, nil
}

// rawBytes scans a blob without a copy. It is valid until the next row is read.
type rawBytes []byte

// Scan takes the bytes of the SQL driver.
func (b *rawBytes) Scan(v any) error {
	raw, ok := v.([]byte)
	if !ok {
		return fmt.Errorf("a block is a %T", v)
	}
	*b = raw
	return nil
}

// finder searches blocks, one after the other.
type finder struct {
	first func() (uint64, error) // of the journal, where Drop may remove records meanwhile
	from  uint64                 // seq of the first record that is wanted
	next  uint64                 // seq of the next record
	want  func(bus.Line) bool
	found func(messages.Record) error
}

func (f *finder) block(b block.Block, crc int64) error {
	if b.First > f.next {
		first, err := f.first()
		if err != nil {
			return err
		}
		f.from = max(f.from, first)
		f.next = max(f.next, first)
	}
	switch {
	case b.First > f.next:
		return &bus.Corrupt{First: f.next, Last: b.First - 1, Reason: "they are missing"}
	case b.Last < f.next || f.next > f.from && b.First != f.next:
		return &bus.Corrupt{First: b.First, Last: f.next, Reason: "blocks overlap"}
	}
	if err := b.Restore(); err != nil {
		return err
	}
	if got := int64(b.Sum()); got != crc {
		return &bus.Corrupt{First: b.First, Last: b.Last, Reason: fmt.Sprintf("the checksum is %08x and should be %08x", got, crc)}
	}
	f.next = b.Last + 1
	for line := range bytes.Lines(b.Lines) {
		if !f.want(bus.LineOf(line)) {
			continue
		}
		var r messages.Record
		if err := r.UnmarshalJSON(line); err != nil {
			return b.Unreadable(err)
		}
		if r.Seq < f.from {
			continue
		}
		if err := f.found(r); err != nil {
			return err
		}
	}
	return nil
}
