package jsonl

import (
	"errors"
	"fmt"
	"io"
	"math"

	"curfew/bus"
	"curfew/messages"
)

// ErrNotReplayable means that no decision of a part of a journal can be derived again: what came before it was removed, and
// no state of that time was kept.
var ErrNotReplayable = errors.New("jsonl: no record of this span can be decided again: older records were removed, and the first state that was kept is behind it")

// A Span is a part of a journal that can be replayed alone. To decide a record anew, the state before it is needed: a span
// that does not begin at record 1 begins right behind a snapshot, which it contains. It ends with the last decision of a
// fact.
type Span struct {
	From, To uint64 // the first and the last record; nothing is between them if To is below From

	start *bus.Snapshot // the state from which a replay begins; nil: it begins at record 1
}

// SpanOf is the smallest span with the records from one seq to another that the journal has.
func SpanOf(j bus.Journal, from, to uint64) (s Span, err error) {
	first, err := j.First()
	if err != nil {
		return s, fmt.Errorf("jsonl: %w", err)
	}
	last, err := j.Last()
	if err != nil {
		return s, fmt.Errorf("jsonl: %w", err)
	}
	s.From, s.To = max(from, first), min(to, last)
	if err := s.whole(j, last); err != nil {
		return s, err
	}
	return s, s.begin(j, first)
}

// whole lets the span end with the decisions of its last fact.
func (s *Span) whole(j bus.Journal, last uint64) error {
	for s.To >= s.From && s.To < last {
		rs, err := j.Read(s.To+1, bus.PageSize)
		if err != nil {
			return fmt.Errorf("jsonl: %w", err)
		}
		for _, r := range rs {
			if messages.KindOf(r.Body) != messages.KindDecision {
				return nil
			}
			s.To = r.Seq
		}
		if len(rs) == 0 {
			return nil
		}
	}
	return nil
}

// begin lets the span begin where a replay can.
func (s *Span) begin(j bus.Journal, first uint64) error {
	all, err := j.Snapshots()
	if err != nil {
		return fmt.Errorf("jsonl: %w", err)
	}
	if s.From > first {
		for _, one := range all { // newest first
			if one.Seq < s.From && one.Seq+1 >= first {
				s.From, s.start = one.Seq+1, &one
				return nil
			}
		}
		s.From = first
	}
	if first <= 1 {
		return nil
	}
	for i := len(all) - 1; i >= 0; i-- { // the oldest one, so that most is decided again
		if one := all[i]; one.Seq+1 >= first {
			if s.start = &one; one.Seq >= s.To {
				return ErrNotReplayable
			}
			return nil
		}
	}
	return ErrNotReplayable
}

// Records is how many records the span has.
func (s Span) Records() uint64 {
	if s.To < s.From {
		return 0
	}
	return s.To - s.From + 1
}

// State is the seq of the record behind which a replay begins; 0: it begins at the first record there ever was.
func (s Span) State() uint64 {
	if s.start == nil {
		return 0
	}
	return s.start.Seq
}

// Export writes the span's facts and decisions and returns how many there are. It leaves out messages that are not
// Curfew's. If the journal is damaged, it writes the records before the damage, and the error names the seq.
func (s Span) Export(w io.Writer, j bus.Journal) (records int, err error) {
	out := NewWriter(w)
	waits := s.start != nil
	state := func(next uint64) error {
		if !waits || next <= s.start.Seq {
			return nil
		}
		waits = false
		return out.snapshot(j, *s.start)
	}
	err = bus.Scan(j, s.From, func(r messages.Record) error {
		if r.Seq > s.To {
			return errEnd
		}
		if err := state(r.Seq); err != nil {
			return err
		}
		if messages.KindOf(r.Body) == messages.KindOpaque {
			return nil
		}
		records++
		return out.Write(r)
	})
	if errors.Is(err, errEnd) {
		err = nil
	}
	if err == nil {
		err = state(math.MaxUint64)
	}
	if flushErr := out.Flush(); err == nil {
		err = flushErr
	}
	return records, err
}

// errEnd ends a span.
var errEnd = errors.New("jsonl: the end of the span")
