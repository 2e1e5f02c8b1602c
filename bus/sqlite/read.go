package sqlite

import (
	"errors"
	"fmt"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/messages"
)

// Read returns records from that seq on. It reads the file as it was at one moment. With an error it returns the
// records before the damage, if any, so that an export can save them.
func (j *Journal) Read(from uint64, limit int) (rs []messages.Record, err error) {
	for {
		first, err := j.First()
		if err != nil {
			return nil, err
		}
		rs, err := j.readFrom(max(from, first), limit)
		if err == nil {
			return rs, nil
		}
		if now, other := j.First(); other != nil || now == first {
			return rs, err
		} // else Drop removed records meanwhile
	}
}

func (j *Journal) readFrom(from uint64, limit int) (rs []messages.Record, err error) {
	const query = `SELECT first, last, crc, block FROM journal
		WHERE first >= coalesce((SELECT max(first) FROM journal WHERE first <= ?), 0) AND last >= ? ORDER BY first`
	rows, err := j.read.Query(query, int64(from), int64(from))
	if err != nil {
		return nil, fmt.Errorf("bus: sqlite: read from %d: %w", from, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for size := 0; len(rs) < limit && size < bus.PageBytes && rows.Next(); {
		var b block.Block
		var crc int64
		if err := rows.Scan(&b.First, &b.Last, &crc, &b.Lines); err != nil {
			return rs, fmt.Errorf("bus: sqlite: read from %d: %w", from, err)
		}
		next := from + uint64(len(rs))
		switch {
		case b.First > next:
			return rs, &bus.Corrupt{First: next, Last: b.First - 1, Reason: "they are missing"}
		case b.Last < next:
			return rs, &bus.Corrupt{First: b.First, Last: next, Reason: "blocks overlap"}
		}
		more, err := b.Decode(crc)
		if err != nil {
			return rs, err
		}
		rs = append(rs, more[next-b.First:]...)
		size += len(b.Lines)
	}
	if err := rows.Err(); err != nil {
		return rs, fmt.Errorf("bus: sqlite: read from %d: %w", from, err)
	}
	if len(rs) == 0 && j.damage != nil {
		return nil, j.damage
	}
	return rs[:min(len(rs), limit)], nil
}
