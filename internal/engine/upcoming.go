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
	Clock string // the slot's local time, such as "07:00"; only Upcoming fills it in
}

// Upcoming are the next slots of a session's jobs in the 24 hours after from, one a job, soonest first, at most 20.
// It answers nothing when the machine cannot be read within a second.
func (r *Runtime) Upcoming(ctx context.Context, session string, from messages.Instant) []Due {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	var views []policy.JobView
	err := r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.JobNames() {
			if v, _ := m.Job(n); v.Definition.Gated && v.Definition.Session == session && !v.Paused && len(views) < maxLookAhead {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil // the message that the list belongs to matters more
	}
	var next []Due
	for _, v := range views {
		s, err := scheduler.Parse(v.Definition.Timetable, v.Definition.Job)
		if err != nil {
			continue
		}
		at, ok := s.After(v.Mark).Next(max(v.Mark.Since, from).Time())
		if !ok || messages.At(at).Sub(from) > ahead {
			continue
		}
		clock := at.In(s.Location())
		next = append(next, Due{Job: v.Definition.Job, Slot: messages.At(at), Clock: clock.Format("15:04")})
	}
	slices.SortFunc(next, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return next[:min(len(next), maxUpcoming)]
}

// upcomingNames are the upcoming jobs for a notification, such as "morning_briefing 07:00". A zero from means now.
func (r *Runtime) upcomingNames(session string, from messages.Instant) (names []string) {
	if from.IsZero() {
		from = messages.At(r.wall())
	}
	for _, u := range r.Upcoming(context.Background(), session, from) {
		names = append(names, u.Job+" "+u.Clock)
	}
	return names
}

// Soonest are the next slots of the wanted jobs that are not paused, one a job, soonest first, at most most. It
// looks at the first 10,000 wanted jobs by name.
func (r *Runtime) Soonest(ctx context.Context, wanted func(messages.Definition) bool, most int) []Due {
	var views []policy.JobView
	err := r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.JobNames() {
			if v, _ := m.Job(n); !v.Paused && wanted(v.Definition) && len(views) < maxLookAhead {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil // the caller's other questions fail the same way, and say so
	}
	var next []Due
	for _, v := range views {
		s, err := scheduler.Parse(v.Definition.Timetable, v.Definition.Job)
		if err != nil {
			continue
		}
		if at := r.NextSlot(v, s); !at.IsZero() {
			next = append(next, Due{Job: v.Definition.Job, Slot: at})
		}
	}
	slices.SortFunc(next, func(a, b Due) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return next[:min(len(next), most)]
}

// NextSlot is the next slot of a job's schedule s: after now, or after the job's last slot if that is later. Zero:
// there is none, or the job is paused.
func (r *Runtime) NextSlot(v policy.JobView, s scheduler.Schedule) messages.Instant {
	if v.Paused {
		return 0
	}
	after := max(messages.At(r.wall()), v.Mark.Since)
	next, ok := s.After(v.Mark).Next(after.Time())
	if !ok {
		return 0
	}
	return messages.At(next)
}
