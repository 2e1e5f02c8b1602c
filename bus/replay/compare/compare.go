// Package compare derives every decision of an exported journal again and reports the differences. It performs nothing,
// and gets the policy as a [Decider].
package compare

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime/debug"

	"curfew/bus/jsonl"
	"curfew/messages"
)

// Decider is the machine that decides again.
type Decider interface {
	// Step is called for every fact, in order, with the time and the seq that were recorded.
	Step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision
}

// Journal reads an exported journal, has every fact decided again, and compares the decisions with the recorded ones.
// version is the decider's. Journal goes on after a difference, although the states may have diverged there. A decision
// must be equal in message and time; if the decisions of a fact agree in number and content, their ids must be right,
// too.
//
// The error is a failure to read, or a panic of the decider. A damaged line is a difference and no error.
func Journal(r io.Reader, d Decider, version int) (Report, error) {
	return JournalFrom(r, d, version, nil)
}

// Restore makes a decider from the lines of a snapshot.
type Restore func(lines iter.Seq2[[]byte, error]) (Decider, error)

// JournalFrom is [Journal] for a journal whose oldest records may have been removed. Records before its snapshot cannot
// be decided again and are only counted; after it, the decider is the one that restore makes.
func JournalFrom(r io.Reader, d Decider, version int, restore Restore) (Report, error) {
	c := comparison{decider: d, version: version, trail: newTrail(), late: lateStart{restore: restore}}
	err := readAhead(r, restore != nil, c.take)
	return c.report, err
}

// take goes on with a page of the journal.
func (c *comparison) take(p page) error {
	c.late.lines = append(c.late.lines, p.snapshot...)
	for _, r := range p.records {
		if err := c.add(r); err != nil {
			return err
		}
	}
	var corrupt *jsonl.Corrupt
	switch {
	case p.err == nil:
		return nil
	case errors.Is(p.err, io.EOF):
		if err := c.begin(0); err != nil {
			return err
		}
		c.flush()
		return c.late.unable()
	case errors.As(p.err, &corrupt):
		c.corrupt(corrupt.Seq, fmt.Sprintf("line %d: %s", corrupt.Line, corrupt.Reason))
		return nil
	default:
		return fmt.Errorf("replay: %w", p.err)
	}
}

// comparison is the state of a replay: the newest fact, and its decisions so far.
type comparison struct {
	decider Decider
	version int
	report  Report
	trail   *trail
	late    lateStart

	started  bool
	fact     messages.Record
	chain    *node // of the fact
	replayed []messages.Decision
	recorded []messages.Record
	damage   []Difference // lines after the fact that cannot be read, and decisions of other facts
	damaged  int          // how many of those are lines that cannot be read
}

// maxRecorded is how many decisions of one fact are compared; more are extra.
const maxRecorded = 1 << 20

func (c *comparison) add(r messages.Record) error {
	if err := c.begin(r.Seq); err != nil || c.late.waits {
		c.report.Before++
		return err
	}
	if r.PolicyVersion != c.version && messages.KindOf(r.Body) != messages.KindOpaque {
		c.report.OtherVersion = true
	}
	switch body := r.Body.(type) {
	case messages.Fact:
		if c.started && r.Seq <= c.fact.Seq {
			c.corrupt(r.Seq, fmt.Sprintf("it comes after record %d", c.fact.Seq))
			return nil
		}
		c.flush()
		c.report.Facts++
		return c.step(r, body)
	case messages.Decision:
		c.report.Decisions++
		if !c.started || r.Cause != c.fact.Seq || len(c.recorded) >= maxRecorded {
			c.damage = append(c.damage, Difference{Kind: Extra, Seq: r.Seq, Chain: c.trail.decision(r, nil), Recorded: body})
			c.spill()
			return nil
		}
		c.recorded = append(c.recorded, r)
		c.trail.record(r, c.chain)
	}
	return nil
}

// step decides the fact again.
func (c *comparison) step(r messages.Record, f messages.Fact) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("replay: the decider panicked at record %d (%s): %v\n%s", r.Seq, f.Name(), p, debug.Stack())
		}
	}()
	c.started, c.fact = true, r
	c.chain = c.trail.fact(r)
	c.replayed = c.decider.Step(r.At, r.Seq, f)
	return nil
}

func (c *comparison) corrupt(seq uint64, reason string) {
	c.damaged++
	c.damage = append(c.damage, Difference{Kind: Corrupt, Seq: seq, Reason: reason, Chain: c.chain.links()})
	c.spill()
}

// spill bounds the differences that are kept for one fact. With more of them, the order in the report is not exact.
func (c *comparison) spill() {
	if len(c.damage) > MaxDifferences {
		c.report.add(c.damage...)
		c.damage = nil
	}
}

// flush compares the decisions of the newest fact.
func (c *comparison) flush() {
	if len(c.damage) == 0 && c.damaged == 0 && c.same() {
		c.replayed, c.recorded = nil, c.recorded[:0]
		return
	}
	diffs := c.differences()
	// A line that cannot be read explains a missing decision.
	kept := diffs[:0]
	for _, d := range diffs {
		if d.Kind == Missing && c.damaged > 0 {
			c.damaged--
			continue
		}
		kept = append(kept, d)
	}
	c.report.add(inOrder(append(kept, c.damage...))...)
	c.replayed, c.recorded, c.damage, c.damaged = nil, nil, nil, 0
}
