package engine

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"

	"curfew/actors/system/ticker"
	"curfew/bus"
	"curfew/messages"
	"curfew/scheduler"
)

// configure says with what settings and jobs the runtime starts: facts, like everything that decisions
// follow from. It returns the seq of the first.
func (r *Runtime) configure(ctx context.Context, was recovered) (uint64, error) {
	drafts := []bus.Draft{{Fact: r.o.Config.Runtime}}
	if back := r.clockBehind(was); back != nil {
		drafts = append(drafts, bus.Draft{Fact: *back})
	}
	known := map[string]messages.Definition{}
	for _, j := range was.jobs {
		known[j.Definition.Job] = j.Definition
	}
	for _, d := range was.spent {
		known[d.Job] = d
	}
	wanted := map[string]bool{}
	for _, d := range r.o.Config.Jobs {
		wanted[d.Job] = true
	}
	var diff difference
	for _, j := range was.jobs {
		if !wanted[j.Definition.Job] {
			diff.gone = append(diff.gone, j.Definition.Job)
			drafts = append(drafts, bus.Draft{Fact: messages.JobRemoved{Job: j.Definition.Job}})
		}
	}
	now := messages.At(r.wall())
	for _, d := range r.o.Config.Jobs {
		old, ok := known[d.Job]
		d = anchored(d, old, now)
		same := ok && sameDefinition(old, d)
		diff.note(d.Job, ok, same)
		if !same {
			drafts = append(drafts, bus.Draft{Fact: messages.JobDefined{Definition: d}})
		}
	}
	for _, d := range was.spent {
		if !wanted[d.Job] {
			drafts = append(drafts, bus.Draft{Fact: messages.JobRemoved{Job: d.Job}})
		}
	}
	got, err := r.log.Commit(ctx, drafts...)
	if err != nil {
		return 0, fmt.Errorf("curfew: configure: %w", err)
	}
	r.o.Logger.Info("cron: jobs: " + diff.String())
	return got[0].Seq, nil
}

// clockBehind is the fact that the clock was set back while nobody looked: it is behind what the journal has seen. What
// is recovered counts by the clock as it is now.
func (r *Runtime) clockBehind(was recovered) *messages.ClockSetBack {
	now := messages.At(r.wall())
	by := was.latest.Sub(now)
	if by < scheduler.SetBackMargin {
		return nil
	}
	f := messages.ClockSetBack{By: messages.Duration(by), To: now}
	for i := range was.jobs {
		was.jobs[i].Mark = was.jobs[i].Mark.SetBack(by, now)
	}
	ticker.SayBack(r.o.Logger, f)
	return &f
}

// anchored says from when a delay such as "in 10 minutes" counts: from when it was first defined.
func anchored(d, old messages.Definition, now messages.Instant) messages.Definition {
	s, err := scheduler.Parse(d.Timetable, d.Job)
	switch {
	case err != nil || !s.Relative():
	case old.Schedule == d.Schedule && !old.Anchor.IsZero() && old.Anchor <= now: // else the clock was set back behind it
		d.Anchor = old.Anchor
	default:
		d.Anchor = now
	}
	return d
}

// sameDefinition compares definitions as they are written. Nearly all are the very same, which costs less to see.
func sameDefinition(a, b messages.Definition) bool {
	if reflect.DeepEqual(a, b) {
		return true
	}
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}
