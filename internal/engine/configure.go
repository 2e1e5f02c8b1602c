package engine

import (
	"context"
	"encoding/json"
	"fmt"

	"curfew/actors/system/ticker"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/messages/text"
	"curfew/scheduler"
)

// configure records the settings and jobs that the runtime starts with. They are facts, like everything that
// decisions follow from. It returns the seq of the first.
//
// A start is not refused because the file and the jobs that the API made do not fit: the runtime would be down for the
// sake of one job. That is logged, and shown until it is mended.
func (r *Runtime) configure(ctx context.Context, was recovered) (uint64, error) {
	jobs := was.definitions()
	s := r.settings()
	p := planned(s.Config, jobs, was.spent, r.Now())
	facts := []messages.Fact{s.Runtime}
	if back := r.clockBehind(was); back != nil {
		facts = append(facts, *back)
	}
	lost, err := r.alone(ctx)
	if err != nil {
		return 0, fmt.Errorf("configure: %w", err)
	}
	facts = append(append(facts, lost...), p.removed...)
	for _, d := range p.defined {
		facts = append(facts, d)
	}
	misfits, givenUp := r.note(s.Config, p.taken, jobs), p.givenUp(was.jobs, r.Now())
	r.keepOnly(p.taken) // before they are recorded: the facts have all of them
	s = nil
	first, _, err := commitAll(ctx, r.log.Commit, facts)
	if err != nil {
		return 0, fmt.Errorf("configure: %w", err)
	}
	r.o.Logger.Info("cron: jobs: " + p.String())
	if len(givenUp) > 0 {
		r.o.Logger.Warn(fmt.Sprintf("cron: jobs with another schedule, of which slots of the old one passed while no daemon ran, "+
			"and are not caught up: %d (%s)", len(givenUp), text.Names(givenUp, maxNamed)))
	}
	for _, text := range misfits {
		r.o.Logger.Error("cron: " + text)
	}
	return first, nil
}

// keepOnly lets go of the jobs of the job file that the machine knows now. What is kept is those that it does not take in.
func (r *Runtime) keepOnly(taken []string) {
	r.adjust(func(s *settings) { s.Config = s.Only(taken) })
	r.o.Config, r.filed = config.Config{}, true
}

// clockBehind is the fact that the clock was set back while no runtime ran: it shows less than the journal's newest
// record. nil: it was not. The recovered jobs are adjusted to the clock as it is now.
func (r *Runtime) clockBehind(was recovered) *messages.ClockSetBack {
	now := r.Now()
	by := was.latest.Sub(now)
	if by < scheduler.SetBackMargin {
		return nil
	}
	f := messages.ClockSetBack{By: messages.Duration(by), To: now}
	for i := range was.jobs {
		was.jobs[i].Mark = was.jobs[i].Mark.SetBack(by, now)
	}
	ticker.LogSetBack(r.o.Logger, f)
	return &f
}

// anchored sets the instant from which a delay such as "in 10 minutes" counts: when the job was first defined so. old is
// its last definition; nil: there is none.
func anchored(d *messages.Definition, old *messages.Kept, now messages.Instant) *messages.Definition {
	if !scheduler.MayCount(d.Timetable) {
		return d
	}
	s, err := scheduler.Parse(d.Timetable, d.Job)
	if err != nil || !s.Relative() {
		return d
	}
	c := *d
	c.Anchor = now
	if old != nil && old.Schedule == d.Schedule && !old.Anchor.IsZero() && old.Anchor <= now { // a later one: the clock was set back
		c.Anchor = old.Anchor
	}
	return &c
}

// sameDefinition reports whether two definitions are the same as JSON. Nearly all are equal as values already, and
// that comparison is cheaper.
func sameDefinition(old *messages.Kept, d *messages.Definition) bool {
	if old.Is(d) {
		return true
	}
	x, errX := json.Marshal(old)
	y, errY := json.Marshal(d)
	return errX == nil && errY == nil && string(x) == string(y)
}
