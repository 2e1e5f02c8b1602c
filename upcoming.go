package curfew

import (
	"cmp"
	"context"
	"slices"
	"time"

	"curfew/internal/api"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Bounds of a look ahead.
const (
	ahead        = 24 * time.Hour // how far
	maxUpcoming  = 20             // jobs that are named
	maxLookAhead = 10_000         // jobs that are looked at
)

// upcomingJob is a job that falls due soon, with what a person calls that time.
type upcomingJob struct {
	api.DueJob
	clock string
}

// upcoming are the first jobs of a session that fall due in the 24 hours after from, soonest first.
func (r *Runtime) upcoming(ctx context.Context, session string, from messages.Instant) []upcomingJob {
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
		return nil // what it is said with is worth more than the list
	}
	var next []upcomingJob
	for _, v := range views {
		s, err := scheduler.Parse(scheduler.SpecOf(v.Definition))
		if err != nil {
			continue
		}
		at, ok := s.After(v.Mark).Next(max(v.Mark.Since, from).Time())
		if !ok || messages.At(at).Sub(from) > ahead {
			continue
		}
		clock := at.In(s.Location())
		next = append(next, upcomingJob{api.DueJob{Job: v.Definition.Job, Slot: messages.At(at)}, clock.Format("15:04")})
	}
	slices.SortFunc(next, func(a, b upcomingJob) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return next[:min(len(next), maxUpcoming)]
}

// upcomingNames are the same for a notification, such as "morning_briefing 07:00".
func (r *Runtime) upcomingNames(session string, from messages.Instant) (names []string) {
	if from.IsZero() {
		from = messages.At(r.wall())
	}
	for _, u := range r.upcoming(context.Background(), session, from) {
		names = append(names, u.Job+" "+u.clock)
	}
	return names
}

// firstRun is the run that a probing session waits for: the one that is under way, else the next of the jobs that prove
// it; nil: it has none, or is not probing.
func (r *Runtime) firstRun(ctx context.Context, v policy.SessionView) *api.FirstRun {
	switch {
	case v.State != policy.Probing:
		return nil
	case v.Canary != "":
		return &api.FirstRun{Job: v.Canary}
	}
	next := r.soonest(ctx, func(d messages.Definition) bool { return d.Gated && d.Session == v.Name && !d.OwnKey }, 1)
	if len(next) == 0 {
		return nil
	}
	return &api.FirstRun{Job: next[0].Job, Slot: next[0].Slot}
}

// soonest are the next slots of the jobs that are wanted, of each its first, soonest first. Of more than
// maxLookAhead jobs the rest is not looked at.
func (r *Runtime) soonest(ctx context.Context, wanted func(messages.Definition) bool, most int) []api.DueJob {
	var views []policy.JobView
	err := r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.JobNames() {
			if v, _ := m.Job(n); !v.Paused && wanted(v.Definition) && len(views) < maxLookAhead {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil // whoever asks has been told already, or will be
	}
	var next []api.DueJob
	for _, v := range views {
		s, err := scheduler.Parse(scheduler.SpecOf(v.Definition))
		if err != nil {
			continue
		}
		if at := r.nextSlot(v, s); !at.IsZero() {
			next = append(next, api.DueJob{Job: v.Definition.Job, Slot: at})
		}
	}
	slices.SortFunc(next, func(a, b api.DueJob) int { return cmp.Or(cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Job, b.Job)) })
	return next[:min(len(next), most)]
}

// foretell says why a session gets no credential by itself, and which jobs one that will lapse leaves without.
func (r *Runtime) foretell(ctx context.Context, s *api.Session) {
	s.RefreshError = api.OrNull(r.refresher.Trouble(s.Name))
	if s.ExpiresAt.IsZero() || s.State == string(policy.Closed) {
		return
	}
	for _, u := range r.upcoming(ctx, s.Name, s.ExpiresAt) {
		s.AtRisk = append(s.AtRisk, u.DueJob)
	}
}
