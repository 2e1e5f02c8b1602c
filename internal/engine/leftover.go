package engine

import (
	"context"
	"fmt"
	"math"

	"curfew/actors/env/procs"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// The mark is kept among the journal's cursors: no start behind its seq has begun. Whoever is about to begin
// something moves it out of the way first, so it is right after a crash, too.
const (
	markName  = "curfew.stopped"
	markTopic = messages.Topic(markName) // a name of its own: nobody subscribes to it
	// noMark is the mark of a runtime that is at work: there is nothing behind it.
	noMark = math.MaxInt64
)

// mark reads the mark.
func (r *Runtime) mark() (uint64, error) {
	cursors, err := r.o.Journal.Cursors()
	if err != nil {
		return 0, fmt.Errorf("curfew: read how the last runtime ended: %w", err)
	}
	for _, c := range cursors {
		if c.Name == markName && c.Topic == markTopic {
			return c.Seq, nil
		}
	}
	return noMark, nil
}

// saveMark keeps the mark durably.
func (r *Runtime) saveMark(seq uint64) error {
	if err := r.o.Journal.SaveCursor(bus.Cursor{Name: markName, Topic: markTopic, Seq: seq}); err != nil {
		return fmt.Errorf("curfew: note how far starts have begun: %w", err)
	}
	return nil
}

// leftover is what the last runtime left in flight.
type leftover struct {
	unbegun []supervisor.Unbegun // starts to be performed
	over    []bus.Draft          // what is to be reported of the others
}

// leftover sorts what is in flight since before this start. A start that never began is performed, unless
// it is no longer right; everything else was interrupted.
func (r *Runtime) leftover(ctx context.Context, was recovered) (out leftover, err error) {
	mark, err := r.mark()
	if err != nil {
		return out, err
	}
	var left []policy.Left
	err = r.View(ctx, func(m *policy.Machine) { left = m.Left(messages.At(r.wall()), was.last) })
	if err != nil {
		return out, err
	}
	for _, l := range left {
		_, err := r.o.Kinds.Get(l.Definition.Actor)
		began := l.Cause <= mark
		if !began && l.Stands && err == nil {
			out.unbegun = append(out.unbegun, supervisor.Unbegun{Attempt: l.Attempt, Definition: l.Definition})
			continue
		}
		f := messages.AttemptInterrupted{
			AttemptRef: messages.AttemptRef{Run: l.Attempt.Run, Job: l.Attempt.Job, Attempt: l.Attempt.Attempt},
			Why:        messages.InterruptCrashed, Called: true,
		}
		if was.stopped {
			f.Why = messages.InterruptStopped // it did not return in time
		}
		if !began {
			f.Why, f.Called = messages.InterruptStopped, false
		}
		out.over = append(out.over, bus.Draft{Fact: f})
	}
	return out, nil
}

// endOrphans ends what the processes of an earlier runtime have left behind, before anything is tried again.
func (r *Runtime) endOrphans(ctx context.Context) (err error) {
	if r.o.Procs == "" {
		return nil
	}
	if r.ledger, err = procs.OpenLedger(r.o.Procs, r.o.Logger); err != nil {
		return fmt.Errorf("curfew: %w", err)
	}
	if err := r.ledger.EndOrphans(ctx); err != nil {
		return fmt.Errorf("curfew: %w", err)
	}
	return nil
}

// resume reports the attempts that the last runtime left in flight.
func (r *Runtime) resume(ctx context.Context, left leftover) error {
	if _, err := r.log.Commit(ctx, left.over...); err != nil {
		return fmt.Errorf("curfew: resume: %w", err)
	}
	return nil
}
