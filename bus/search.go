package bus

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"

	"curfew/messages"
)

// A Line is a record as a journal keeps it. Its bytes are valid only while it is looked at.
type Line struct {
	Name []byte // of the message
	Key  []byte // its job or session; empty: none
	Text []byte // the whole line of JSON; there is no white space between its values
}

// A searcher is a journal that finds records without decoding the others.
type searcher interface {
	Search(ctx context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error
}

// Search calls f, in order, for every record from that seq on of which want likes the line. A journal that
// does not keep lines calls f for every record: f must tell by itself what it needs. Damage anywhere is an
// error that names the seq; an error of f, and the end of ctx, end the search.
func Search(ctx context.Context, j Journal, from uint64, want func(Line) bool, f func(messages.Record) error) error {
	if s, ok := j.(searcher); ok {
		return s.Search(ctx, from, want, f)
	}
	first, err := j.First()
	if err != nil {
		return fmt.Errorf("bus: search: %w", err)
	}
	return Scan(j, max(first, from), func(r messages.Record) error {
		if err := context.Cause(ctx); err != nil {
			return fmt.Errorf("bus: search: %w", err)
		}
		return f(r)
	})
}

// SeqAt is the seq of a record near which the clock showed that time: all that were appended long before
// it stand before the seq, if the clock was never set. Whoever asks must allow for clocks that were.
func SeqAt(j Journal, at messages.Instant) (uint64, error) {
	first, err := j.First()
	if err != nil {
		return 0, fmt.Errorf("bus: find a time: %w", err)
	}
	last, err := j.Last()
	if err != nil || last < first {
		return first, err
	}
	n := sort.Search(int(last-first+1), func(i int) bool {
		var rs []messages.Record
		if err == nil {
			rs, err = j.Read(first+uint64(i), 1)
		}
		return len(rs) > 0 && rs[0].At >= at
	})
	if err != nil {
		return 0, fmt.Errorf("bus: find a time: %w", err)
	}
	return first + uint64(n), nil
}

// searchBlocks is how many blocks are read in one transaction: one that reads keeps the write-ahead log
// from shrinking.
const searchBlocks = 2048

// Search calls f for every record from that seq on of which want likes the line. Every block is checked
// against its checksum; only lines that are wanted are decoded.
func (s *SQLite) Search(ctx context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error {
	first, err := s.First()
	if err != nil {
		return err
	}
	find := finder{first: s.First, from: max(from, first), want: want, f: f}
	for find.next = find.from; ; {
		n, err := s.searchSome(ctx, &find)
		if err == nil && n < searchBlocks && s.damage != nil {
			err = s.damage
		}
		if err != nil || n < searchBlocks {
			return err
		}
	}
}

// searchSome reads the next blocks and says how many there were.
func (s *SQLite) searchSome(ctx context.Context, find *finder) (n int, err error) {
	const query = `SELECT first, last, crc, block FROM journal
		WHERE first >= coalesce((SELECT max(first) FROM journal WHERE first <= ?), 0) AND last >= ? ORDER BY first LIMIT ?`
	rows, err := s.read.QueryContext(ctx, query, int64(find.next), int64(find.next), searchBlocks)
	if err != nil {
		return 0, fmt.Errorf("bus: sqlite: search from %d: %w", find.next, err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var crc int64
		b := block{}
		if err := rows.Scan(&b.first, &b.last, &crc, (*rawBytes)(&b.lines)); err != nil {
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

// rawBytes scans a blob without copying it: it is valid until the next row is asked for.
type rawBytes []byte

// Scan takes over the bytes of the driver.
func (b *rawBytes) Scan(v any) error {
	raw, ok := v.([]byte)
	if !ok {
		return fmt.Errorf("a block is a %T", v)
	}
	*b = raw
	return nil
}

// finder looks through blocks.
type finder struct {
	first func() (uint64, error) // of the journal, which lets go of old records meanwhile
	from  uint64                 // the first record that is wanted
	next  uint64                 // the next that is expected
	want  func(Line) bool
	f     func(messages.Record) error
}

func (s *finder) block(b block, crc int64) error {
	if b.first > s.next {
		first, err := s.first()
		if err != nil {
			return err
		}
		s.from = max(s.from, first)
		s.next = max(s.next, first)
	}
	switch {
	case b.first > s.next:
		return &Corrupt{First: s.next, Last: b.first - 1, Reason: "they are missing"}
	case b.last < s.next || s.next > s.from && b.first != s.next:
		return &Corrupt{First: b.first, Last: s.next, Reason: "blocks overlap"}
	}
	if got := int64(b.sum()); got != crc {
		return &Corrupt{First: b.first, Last: b.last, Reason: fmt.Sprintf("the checksum is %08x and should be %08x", got, crc)}
	}
	s.next = b.last + 1
	for line := range bytes.Lines(b.lines) {
		if !s.want(lineOf(line)) {
			continue
		}
		var r messages.Record
		if err := r.UnmarshalJSON(line); err != nil {
			return fmt.Errorf("%w; a newer curfew may have written it: %w", &Corrupt{First: b.first, Last: b.last, Reason: "cannot be read"}, err)
		}
		if r.Seq < s.from {
			continue
		}
		if err := s.f(r); err != nil {
			return err
		}
	}
	return nil
}

// lineOf finds name and key. They stand before the body, and a quotation mark within a text is escaped, so
// the first place that looks like them is theirs.
func lineOf(text []byte) Line {
	l := Line{Text: text}
	_, rest, _ := bytes.Cut(text, []byte(`"name":"`))
	l.Name, rest, _ = bytes.Cut(rest, []byte(`"`))
	if rest, ok := bytes.CutPrefix(rest, []byte(`,"key":"`)); ok {
		l.Key, _, _ = bytes.Cut(rest, []byte(`"`))
	}
	return l
}
