package bus

import (
	"bytes"
	"context"
	"fmt"
	"sort"
	"strconv"

	"curfew/messages"
)

// A Line is a record in the form in which a journal keeps it. Its bytes are valid only during the call that gets it.
type Line struct {
	Name []byte // of the message
	Key  []byte // the message's job or session; empty: none
	Text []byte // the whole line of JSON, without white space between its values
}

// A Searcher is a journal that keeps records as lines, and finds some without decoding the others. [Search] uses it.
type Searcher interface {
	// Search calls f, in order, for the records from that seq on whose lines want accepts. It must notice damage in the
	// other records, too.
	Search(ctx context.Context, from uint64, want func(Line) bool, f func(messages.Record) error) error
}

// Search calls f, in order, for every record from that seq on whose line want accepts. For a journal that keeps no
// lines it calls f for every record, so f must check by itself whether it needs the record. Damage anywhere is a
// [*Corrupt]. An error of f ends the search, and so does the end of ctx.
func Search(ctx context.Context, j Records, from uint64, want func(Line) bool, f func(messages.Record) error) error {
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

// SeqAt is the seq of the first record of that time or later, found by bisection. If the clock was set back or forth,
// the answer may be off by as much: callers must allow for that.
func SeqAt(j Records, at messages.Instant) (uint64, error) {
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

// LineOf finds name and key in a record's line of JSON, as [messages.Record.MarshalJSON] writes it. They come before
// the body, and a quotation mark within a text is escaped, so the first match is the right one. It is for drivers.
func LineOf(text []byte) Line {
	l := Line{Text: text}
	_, rest, _ := bytes.Cut(text, []byte(`"name":"`))
	l.Name, rest, _ = bytes.Cut(rest, []byte(`"`))
	if rest, ok := bytes.CutPrefix(rest, []byte(`,"key":"`)); ok {
		l.Key, _, _ = bytes.Cut(rest, []byte(`"`))
	}
	return l
}

// head is the seq and the id of the record, and whether it is a fact. ok is false if that cannot be told without
// decoding the line. What is looked for comes before the body, and its quotation marks are not escaped, so it stands in
// no text.
func (l Line) head() (seq uint64, id string, fact, ok bool) {
	rest, begins := bytes.CutPrefix(l.Text, []byte(`{"seq":`))
	digits, rest, more := bytes.Cut(rest, []byte(`,"at":`))
	seq, err := strconv.ParseUint(string(digits), 10, 64)
	_, rest, named := bytes.Cut(rest, []byte(`,"id":"`))
	text, rest, closed := bytes.Cut(rest, []byte(`","cause":`))
	_, rest, kinded := bytes.Cut(rest, []byte(`,"kind":"`))
	plain := !bytes.ContainsRune(text, '\\')
	ok = begins && more && err == nil && named && closed && kinded && plain
	return seq, string(text), bytes.HasPrefix(rest, []byte(messages.KindFact)), ok
}
