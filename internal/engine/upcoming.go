package engine

import (
	"cmp"
	"context"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Bounds of a look ahead.
const (
	ahead        = 24 * time.Hour
	maxUpcoming  = 20     // jobs in the answer
	maxLookAhead = 10_000 // jobs whose schedules are evaluated: the first by name
)

// Due is a job that falls due soon.
type Due struct {
	Job   string
	Slot  messages.Instant
	Clock string // the slot in the job's time zone, such as "07:00"

	Session string          // the job's; empty: it belongs to none
	Holds   []messages.Hold // what the slot would wait for if it were due now
}

// Upcoming are the next slots of a session's jobs in the 24 hours after from, one a job, soonest first, at most 20.
// It answers nothing when the machine cannot be read within a second.
func (r *Runtime) Upcoming(ctx context.Context, session string, from messages.Instant) []Due {
	ctx, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	all := func(*messages.Kept) bool { return true }
	return r.due(ctx, jobsOf(session), all, maxUpcoming, func(v policy.JobView, s scheduler.Schedule) (at messages.Instant) {
		next, ok := s.After(v.Mark).Next(max(v.Mark.Since, from).Time())
		if ok && messages.At(next).Sub(from) <= ahead {
			at = messages.At(next)
		}
		return at
	})
}

// upcomingNames are the upcoming jobs for a notification, such as "morning_briefing 07:00". A zero from means now.
func (r *Runtime) upcomingNames(session string, from messages.Instant) (names []string) {
	if from.IsZero() {
		from = r.Now()
	}
	for _, u := range r.Upcoming(context.Background(), session, from) {
		names = append(names, u.Job+" "+u.Clock)
	}
	return names
}

// Soonest are the next slots of the jobs that are not paused, one a job, soonest first, at most most.
func (r *Runtime) Soonest(ctx context.Context, most int) []Due {
	all := func(*messages.Kept) bool { return true }
	return r.due(ctx, (*policy.Machine).JobNames, all, most, r.NextSlot)
}

// SoonestOf is [Runtime.Soonest] for those of a session's jobs that are wanted.
func (r *Runtime) SoonestOf(ctx context.Context, session string, wanted func(*messages.Kept) bool, most int) []Due {
	return r.due(ctx, jobsOf(session), wanted, most, r.NextSlot)
}

// A lister lists names of jobs after a name, at most limit.
type lister func(m *policy.Machine, after string, limit int) []string

func jobsOf(session string) lister {
	return func(m *policy.Machine, after string, limit int) []string { return m.JobsOf(session, after, limit) }
}

// due asks next for the next slot of each wanted job that is not paused, of the first 10,000 by name. Zero stands for
// no slot.
// When the machine cannot be read it answers nothing: the caller's other questions fail the same way, and say so.
func (r *Runtime) due(
	ctx context.Context, list lister, wanted func(*messages.Kept) bool, most int,
	next func(policy.JobView, scheduler.Schedule) messages.Instant,
) []Due {
	var out []Due
	schedules := parsed{}
	for after, looked := "", 0; looked < maxLookAhead; {
		views, err := r.states(ctx, list, after)
		if err != nil {
			return nil
		}
		for _, v := range views {
			if v.Paused || !wanted(v.Definition) {
				continue
			}
			looked++
			s, err := schedules.of(v.Definition)
			if err != nil {
				continue
			}
			if at := next(v, s); !at.IsZero() {
				clock := at.Time().In(s.Location()).Format("15:04")
				out = append(out, Due{Job: v.Definition.Job, Slot: at, Clock: clock, Session: v.Definition.Session, Holds: v.Holds})
			}
		}
		if len(views) < portion {
			break
		}
		after = views[len(views)-1].Definition.Job
	}
	slices.SortFunc(out, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return out[:min(len(out), most)]
}

// portion is how many jobs are read at once: the machine decides nothing meanwhile.
const portion = 250

// states reads the next portion of jobs.
func (r *Runtime) states(ctx context.Context, list lister, after string) (views []policy.JobView, err error) {
	err = r.View(ctx, func(m *policy.Machine) {
		for _, n := range list(m, after, portion) {
			v, _ := m.Job(n)
			views = append(views, v)
		}
	})
	return views, err
}

// parsed are schedules by their timetables: many jobs have the same.
type parsed map[messages.SlotsKey]scheduler.Schedule

func (p parsed) of(d *messages.Kept) (scheduler.Schedule, error) {
	if scheduler.MayVary(d.Timetable()) {
		return scheduler.Parse(d.Timetable(), d.Job)
	}
	key := d.SlotsKey()
	if s, ok := p[key]; ok {
		return s, nil
	}
	s, err := scheduler.Parse(d.Timetable(), d.Job)
	if err == nil {
		p[key] = s
	}
	return s, err
}

// NextSlot is the next slot of a job's schedule s: after now, or after the job's last slot if that is later. Zero:
// there is none, or the job is paused.
func (r *Runtime) NextSlot(v policy.JobView, s scheduler.Schedule) messages.Instant {
	if v.Paused {
		return 0
	}
	after := max(r.Now(), v.Mark.Since)
	next, ok := s.After(v.Mark).Next(after.Time())
	if !ok {
		return 0
	}
	return messages.At(next)
}
