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
	maxLookAhead = 10_000 // jobs whose schedules are evaluated
)

// Due is a job that falls due soon.
type Due struct {
	Job   string
	Slot  messages.Instant
	Clock string // the slot in the job's time zone, such as "07:00"
}

// Upcoming are the next slots of a session's jobs in the 24 hours after from, one a job, soonest first, at most 20.
// It answers nothing when the machine cannot be read within a second.
func (r *Runtime) Upcoming(ctx context.Context, session string, from messages.Instant) []Due {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	of := func(d messages.Definition) bool { return d.Gated && d.Session == session }
	return r.due(ctx, of, maxUpcoming, func(v policy.JobView, s scheduler.Schedule) (at messages.Instant) {
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

// Soonest are the next slots of the wanted jobs that are not paused, one a job, soonest first, at most most.
func (r *Runtime) Soonest(ctx context.Context, wanted func(messages.Definition) bool, most int) []Due {
	return r.due(ctx, wanted, most, r.NextSlot)
}

// due asks next for the next slot of each wanted job that is not paused, of the first 10,000 by name. Zero stands for
// no slot.
// When the machine cannot be read it answers nothing: the caller's other questions fail the same way, and say so.
func (r *Runtime) due(
	ctx context.Context, wanted func(messages.Definition) bool, most int,
	next func(policy.JobView, scheduler.Schedule) messages.Instant,
) []Due {
	var views []policy.JobView
	err := r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.JobNames() {
			if v, _ := m.Job(n); !v.Paused && wanted(v.Definition) && len(views) < maxLookAhead {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil
	}
	var out []Due
	for _, v := range views {
		s, err := scheduler.Parse(v.Definition.Timetable, v.Definition.Job)
		if err != nil {
			continue
		}
		if at := next(v, s); !at.IsZero() {
			clock := at.Time().In(s.Location()).Format("15:04")
			out = append(out, Due{Job: v.Definition.Job, Slot: at, Clock: clock})
		}
	}
	slices.SortFunc(out, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return out[:min(len(out), most)]
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
