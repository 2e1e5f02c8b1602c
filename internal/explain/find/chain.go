package find

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"curfew/bus"
	"curfew/messages"
)

// Bounds of a chain.
const (
	maxLinks = 16      // facts and decisions before the fact of a record
	maxBlock = 100     // decisions of a fact
	ahead    = 1 << 16 // records behind a fact that are looked through for what follows from it
)

// ErrNoRecord means that the journal does not have a record.
var ErrNoRecord = errors.New("find: no such record")

// A Cause is what a record follows from, and what follows from it.
type Cause struct {
	Before    []messages.Record // what led to the fact, the oldest first: facts from outside, and decisions
	Cut       bool              // there is more before it
	Fact      messages.Record   // the fact of the record, or the record itself
	Decisions []messages.Record // that follow from the fact, in order
	More      bool              // there are more of them
	Answers   map[uint64]messages.Record
	// Answers are the first facts that answer these decisions, by the seq of the decision: the end of an attempt, a timer
	// that has run down, an answer of a target.
}

// Chain finds what a record follows from, and what follows from it.
func Chain(ctx context.Context, j bus.Journal, seq uint64) (Cause, error) {
	c := chaser{ctx: ctx, j: j}
	out, err := c.block(seq)
	if err != nil {
		return out, err
	}
	if err := c.goBack(&out); err != nil {
		return out, err
	}
	return out, c.follow(&out)
}

// goBack finds what led to the fact.
func (c *chaser) goBack(out *Cause) error {
	defer func() { slices.Reverse(out.Before) }()
	for fact := out.Fact; ; {
		decision, ok, err := c.answered(fact)
		if err != nil || !ok {
			return err
		}
		if len(out.Before) == maxLinks {
			out.Cut = true
			return nil
		}
		out.Before = append(out.Before, decision)
		if fact, err = c.record(decision.Cause); errors.Is(err, ErrNoRecord) {
			out.Cut = true // it is no longer kept
			return nil
		} else if err != nil {
			return err
		}
		out.Before = append(out.Before, fact)
	}
}

// chaser looks for one chain.
type chaser struct {
	ctx context.Context
	j   bus.Journal
}

func (c *chaser) record(seq uint64) (messages.Record, error) {
	rs, err := c.j.Read(seq, 1)
	if err != nil {
		return messages.Record{}, fmt.Errorf("find: %w", err)
	}
	if len(rs) == 0 || rs[0].Seq != seq {
		return messages.Record{}, fmt.Errorf("%w: %d", ErrNoRecord, seq)
	}
	return rs[0], nil
}

// block is the fact of a record with its decisions.
func (c *chaser) block(seq uint64) (out Cause, err error) {
	if out.Fact, err = c.record(seq); err != nil {
		return out, err
	}
	if messages.KindOf(out.Fact.Body) == messages.KindDecision {
		if out.Fact, err = c.record(out.Fact.Cause); err != nil {
			return out, err
		}
	}
	rs, err := c.j.Read(out.Fact.Seq+1, bus.PageSize)
	if err != nil {
		return out, fmt.Errorf("find: %w", err)
	}
	for _, r := range rs {
		if r.Cause != out.Fact.Seq {
			break
		}
		// The record that is asked for is always among them.
		if out.More = len(out.Decisions) >= maxBlock; !out.More || r.Seq == seq {
			out.Decisions = append(out.Decisions, r)
		}
	}
	return out, nil
}

// answered is the decision that a fact answers. It looks a little back first, then through the whole journal.
func (c *chaser) answered(fact messages.Record) (found messages.Record, ok bool, err error) {
	word := key(fact.Body)
	if word == nil {
		return found, false, nil
	}
	first, err := c.j.First()
	if err != nil {
		return found, false, fmt.Errorf("find: %w", err)
	}
	near := max(first, fact.Seq-min(fact.Seq, tail))
	for _, from := range slices.Compact([]uint64{near, first}) {
		err = bus.Search(c.ctx, c.j, from, func(l bus.Line) bool {
			return bytes.Contains(l.Text, word) || bytes.Contains(l.Text, fmt.Appendf(nil, `"seq":%d,`, fact.Seq))
		}, func(r messages.Record) error {
			if r.Seq >= fact.Seq {
				return errEnough
			}
			if answers(fact, r) {
				found, ok = r, true
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return found, false, fmt.Errorf("find: %w", err)
		}
		if ok {
			break
		}
	}
	return found, ok, nil
}

// key is a part of the lines that a fact may answer; nil: it answers none.
func key(fact messages.Body) []byte {
	if ref, ok := messages.RefOf(fact); ok {
		return fmt.Appendf(nil, `"run":%q`, ref.Run)
	}
	switch m := fact.(type) {
	case messages.Woke:
		if m.Run != "" {
			return fmt.Appendf(nil, `"run":%q`, m.Run)
		}
		return fmt.Appendf(nil, `"session":%q`, m.Session)
	case messages.DeliveryFinished:
		return fmt.Appendf(nil, `"id":%q`, m.Of)
	}
	return nil
}

// answers reports whether a fact is the answer to a decision.
func answers(fact, decision messages.Record) bool {
	switch d := decision.Body.(type) {
	case messages.AttemptStarted:
		ref, ok := messages.RefOf(fact.Body)
		return ok && ref.Run == d.Run && ref.Attempt == d.Attempt
	case messages.WakeScheduled:
		m, ok := fact.Body.(messages.Woke)
		return ok && m.Timer == d.Timer
	case messages.DeliveryRequested, messages.NotificationRequested:
		m, ok := fact.Body.(messages.DeliveryFinished)
		return ok && m.Of == decision.ID
	}
	return false
}

// follow finds the answers to the decisions.
func (c *chaser) follow(out *Cause) error {
	open := make(map[uint64]messages.Record)
	for _, d := range out.Decisions {
		switch d.Body.(type) {
		case messages.AttemptStarted, messages.WakeScheduled, messages.DeliveryRequested, messages.NotificationRequested:
			open[d.Seq] = d
		}
	}
	out.Answers = make(map[uint64]messages.Record)
	if len(open) == 0 {
		return nil
	}
	until := out.Fact.Seq + ahead
	err := bus.Search(c.ctx, c.j, out.Fact.Seq+1, mayAnswer, func(r messages.Record) error {
		if r.Seq > until || len(open) == 0 {
			return errEnough
		}
		for seq, d := range open {
			if seq < r.Seq && answers(r, d) {
				out.Answers[seq] = r
				delete(open, seq)
			}
		}
		return nil
	})
	if err != nil && !errors.Is(err, errEnough) {
		return fmt.Errorf("find: %w", err)
	}
	return nil
}

// mayAnswer reports whether a line may answer a decision.
func mayAnswer(l bus.Line) bool {
	return bytes.HasPrefix(l.Name, []byte("attempt.")) && !bytes.Equal(l.Name, []byte("attempt.started.v1")) ||
		bytes.Equal(l.Name, []byte("woke.v1")) || bytes.Equal(l.Name, []byte("delivery.finished.v1")) ||
		bytes.Equal(l.Name, []byte("side_effect.began.v1"))
}
