package bus

import (
	"bytes"
	"context"
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

// A Searcher is a journal that finds records without decoding the others.
type Searcher interface {
	Search(ctx context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error
}

// Search calls f, in order, for every record from that seq on of which want likes the line. A journal that
// does not keep lines calls f for every record: f must tell by itself what it needs. Damage anywhere is an
// error that names the seq; an error of f, and the end of ctx, end the search.
func Search(ctx context.Context, j Journal, from uint64, want func(Line) bool, f func(messages.Record) error) error {
	if s, ok := j.(Searcher); ok {
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

// LineOf finds name and key. They stand before the body, and a quotation mark within a text is escaped, so
// the first place that looks like them is theirs.
func LineOf(text []byte) Line {
	l := Line{Text: text}
	_, rest, _ := bytes.Cut(text, []byte(`"name":"`))
	l.Name, rest, _ = bytes.Cut(rest, []byte(`"`))
	if rest, ok := bytes.CutPrefix(rest, []byte(`,"key":"`)); ok {
		l.Key, _, _ = bytes.Cut(rest, []byte(`"`))
	}
	return l
}
