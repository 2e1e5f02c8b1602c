package backend

import (
	"context"
	"time"

	"github.com/google/uuid"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
)

// Backfill publishes past slots of a job as missed: each becomes a run, or all of them together one.
func (b backend) Backfill(ctx context.Context, job string, in contract.Backfill) (contract.BackfillAccepted, error) {
	if err := b.stopping(); err != nil {
		return contract.BackfillAccepted{}, err
	}
	f, err := b.missed(ctx, job, in)
	if err != nil {
		return contract.BackfillAccepted{}, err
	}
	request := uuid.NewString()
	f.Job, f.Backfill, f.Each = job, request, !in.Fold
	made, err := b.command(ctx, job, request, f)
	if err != nil {
		return contract.BackfillAccepted{}, err
	}
	return backfilled(f, made), nil
}

// missed are the slots of a backfill, at least one.
func (b backend) missed(ctx context.Context, job string, in contract.Backfill) (f messages.SlotsMissed, err error) {
	now := b.r.Now()
	switch {
	case in.From.IsZero() || in.To.IsZero():
		return f, contract.Malformed("from and to are needed, as RFC 3339 times")
	case in.To < in.From:
		return f, contract.Refused("to is before from")
	case in.To > now:
		return f, contract.Refused("to (%v) is in the future; future slots run by themselves", in.To)
	}
	body, err := b.Job(ctx, job)
	if err != nil {
		return f, err
	}
	if !body.Enabled {
		return f, contract.Conflict("job %q is paused: its slots would be skipped; "+
			"`curfew job resume %s` first, or enable it in its file", job, job)
	}
	table, err := b.timetable(ctx, job)
	if err != nil {
		return f, err
	}
	if a := table.After; a != nil {
		return f, contract.Refused("job %q has no slots by the clock: it runs %v; "+
			"`curfew job run %s`, or backfill %s, whose runs it follows", job, a, job, a.Job)
	}
	s, err := scheduler.Parse(table, job)
	if err != nil {
		return f, err
	}
	f = scheduler.Missed(s, in.From.Time().Add(-time.Millisecond), in.To.Time(), 0, messages.MaxSlotsMissed)
	if len(f.Slots) == 0 {
		return f, contract.Refused("the schedule (%s) has no slot from %v to %v", s.Describe(), in.From, in.To)
	}
	return f, nil
}

// backfilled says what the decisions made of the slots.
func backfilled(f messages.SlotsMissed, made []messages.Decision) contract.BackfillAccepted {
	out := contract.BackfillAccepted{Slots: len(f.Slots) + f.More, AtLeast: f.AtLeast, Runs: []messages.RunID{}}
	for _, d := range made {
		switch d := d.(type) {
		case messages.SlotSkipped:
			out.Slots -= d.Count
			out.Skipped += d.Count
			out.Reason = contract.OrNull(d.Reason)
		case messages.RunQueued:
			out.Runs = append(out.Runs, d.Run)
		case messages.RunHeld:
			if len(out.Runs) == 0 {
				out.Runs = append(out.Runs, d.Run) // the slots have been folded into a held run
			}
		}
	}
	return out
}
