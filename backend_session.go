package curfew

import (
	"context"
	"errors"
	"slices"
	"time"

	"curfew/internal/api"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Sessions lists sessions by name.
func (b backend) Sessions(ctx context.Context, p api.Page) (items []api.Session, next string, err error) {
	err = b.r.View(ctx, func(m *policy.Machine) {
		var names []string
		names, next = page(m.SessionNames(), p)
		for _, n := range names {
			v, _ := m.Session(n)
			items = append(items, api.SessionOf(v))
		}
	})
	return items, next, err
}

// Session is one session.
func (b backend) Session(ctx context.Context, name string) (api.Session, error) {
	var v policy.SessionView
	var ok bool
	if err := b.r.View(ctx, func(m *policy.Machine) { v, ok = m.Session(name) }); err != nil {
		return api.Session{}, err
	}
	if !ok {
		return api.Session{}, noSession(name)
	}
	return api.SessionOf(v), nil
}

// Login gives a session a new token.
func (b backend) Login(ctx context.Context, session string, l api.Login) (api.SessionChange, error) {
	if err := b.stopping(); err != nil {
		return api.SessionChange{}, err
	}
	got, err := b.r.gate.Login(ctx, session, l.Token.Reveal(), by, l.Force)
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// Logout makes a session forget its token.
func (b backend) Logout(ctx context.Context, session string) (api.SessionChange, error) {
	got, err := b.r.gate.Logout(ctx, session, by)
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// Expire publishes SessionExpired. A generation before the current one changes nothing.
func (b backend) Expire(ctx context.Context, session string, e api.Expire) (api.SessionChange, error) {
	if e.Source == "" {
		e.Source = by
	}
	if e.Reason == "" {
		e.Reason = "expired by hand"
	}
	got, err := b.r.commit(ctx, "", messages.SessionExpired{
		Session: session, Generation: e.Generation, Source: e.Source, Reason: e.Reason,
	})
	if errors.Is(err, policy.ErrGeneration) {
		return api.SessionChange{}, api.Conflict("session %q has not come to generation %d yet; `curfew session list` shows where it is", session, e.Generation)
	}
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, len(got.Decisions) > 0, got.Seq)
}

func (b backend) changed(ctx context.Context, name string, applied bool, seq uint64) (api.SessionChange, error) {
	s, err := b.Session(ctx, name)
	return api.SessionChange{Session: s, Applied: applied, Seq: seq}, err
}

// upcoming are the first jobs of a session that are due in the next 24 hours, soonest first.
func (r *Runtime) upcoming(session string) []string {
	const most = 20 // of them are named
	const scan = 10_000
	type due struct {
		job string
		at  messages.Instant
	}
	var next []due
	horizon := messages.At(r.wall()).Add(24 * time.Hour)
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	var views []policy.JobView
	err := r.View(ctx, func(m *policy.Machine) {
		for _, n := range m.JobNames() {
			if v, _ := m.Job(n); v.Definition.Gated && v.Definition.Session == session && !v.Paused && len(views) < scan {
				views = append(views, v)
			}
		}
	})
	if err != nil {
		return nil // the notification is worth more than the list
	}
	for _, v := range views {
		s, err := scheduler.Parse(scheduler.SpecOf(v.Definition))
		if err != nil {
			continue
		}
		if at := r.nextSlot(v, s); !at.IsZero() && at <= horizon {
			next = append(next, due{v.Definition.Job, at})
		}
	}
	slices.SortFunc(next, func(a, b due) int { return int(a.at - b.at) })
	var names []string
	for _, d := range next[:min(len(next), most)] {
		names = append(names, d.job)
	}
	return names
}
