package engine

import (
	"context"
	"fmt"

	"go.uber.org/zap"

	"curfew/actors/env/procs"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// leftover is what the last runtime left in flight.
type leftover struct {
	unbegun []supervisor.Unbegun // attempts that never began, and are to begin now
	over    []bus.Draft          // facts about the others: they were interrupted
}

// leftover sorts the attempts that are in flight since before this start. One that never began is performed, if the
// machine still stands by it and this build has its actor type; every other one was interrupted. In a fleet an attempt is
// a node's, and those of a runtime that was on its own are nobody's: all of them were interrupted.
func (r *Runtime) leftover(ctx context.Context, was recovered) (out leftover, err error) {
	mark, err := r.mark()
	if err != nil {
		return out, err
	}
	var left []policy.Left
	err = r.View(ctx, func(m *policy.Machine) { left = m.Left(r.Now(), was.last) })
	if err != nil {
		return out, err
	}
	for _, l := range left {
		if !r.lastOurs(l.Attempt.Node) {
			continue
		}
		_, err := r.o.Kinds.Get(l.Definition.Actor)
		began := l.Cause <= mark
		if !began && l.Stands && err == nil && !r.fleet() {
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

// tellUnordered says once that the runtime before did not stop in order, and what becomes of what it had in flight. In a
// fleet another node has gone on meanwhile.
func (r *Runtime) tellUnordered(was recovered, left leftover) {
	if was.configured() && !was.stopped {
		r.o.Logger.Warn("cron: the daemon before did not stop in order: it was killed, the machine went off, or this journal is a backup",
			zap.Int("interrupted attempts", len(left.over)), zap.Int("attempts that begin only now", len(left.unbegun)))
	}
}

// endOrphans ends the processes that an earlier runtime has left behind, before anything is tried again.
func (r *Runtime) endOrphans(ctx context.Context) (err error) {
	if r.o.Procs == "" {
		return nil
	}
	if r.ledger, err = procs.OpenLedger(r.o.Procs, r.o.Logger); err != nil {
		return err
	}
	return r.ledger.EndOrphans(ctx)
}

// reportInterrupted records the attempts that the last runtime left in flight as interrupted.
func (r *Runtime) reportInterrupted(ctx context.Context, left leftover) error {
	if _, err := r.log.Commit(ctx, left.over...); err != nil {
		return fmt.Errorf("report interrupted attempts: %w", err)
	}
	return nil
}
