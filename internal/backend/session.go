package backend

import (
	"context"
	"errors"

	"curfew/actors/system/gate"
	"curfew/internal/api"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Sessions lists sessions by name.
func (b backend) Sessions(ctx context.Context, p api.Page) (items []api.Session, next string, err error) {
	var views []policy.SessionView
	err = b.r.View(ctx, func(m *policy.Machine) {
		var names []string
		names, next = page(m.SessionNames(), p)
		for _, n := range names {
			v, _ := m.Session(n)
			views = append(views, v)
		}
	})
	of := make([]*api.Session, len(views))
	items = make([]api.Session, len(views))
	for i, v := range views {
		items[i] = b.session(ctx, v)
		of[i] = &items[i]
	}
	return items, next, errors.Join(err, b.addUndelivered(ctx, of...))
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
	s := b.session(ctx, v)
	return s, b.addUndelivered(ctx, &s)
}

// session is the body of a session, with its forecast.
func (b backend) session(ctx context.Context, v policy.SessionView) api.Session {
	s := api.SessionOf(v)
	b.addForecast(ctx, &s)
	s.FirstRun = b.firstRun(ctx, v)
	return s
}

// Login gives a session a new token.
func (b backend) Login(ctx context.Context, session string, l api.Login) (api.SessionChange, error) {
	if err := b.stopping(); err != nil {
		return api.SessionChange{}, err
	}
	if l.Check {
		if err := b.checkToken(ctx, session, l.Token.Reveal()); err != nil {
			return api.SessionChange{}, err
		}
	}
	got, err := b.r.SignIn(ctx, session, gate.SignIn{Token: l.Token.Reveal(), By: caller(ctx), Force: l.Force})
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// Logout makes a session forget its token.
func (b backend) Logout(ctx context.Context, session string) (api.SessionChange, error) {
	got, err := b.r.SignOut(ctx, session, caller(ctx))
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// Expire publishes SessionExpired. One of an earlier generation than the current one changes nothing.
func (b backend) Expire(ctx context.Context, session string, e api.Expire) (api.SessionChange, error) {
	if e.Source == "" {
		e.Source = caller(ctx)
	}
	if e.Reason == "" {
		e.Reason = "expired by hand"
	}
	hide := b.r.Redact // the sender may quote a token
	got, err := b.r.Commit(ctx, "", messages.SessionExpired{
		Session: session, Generation: e.Generation, Source: hide(e.Source), Reason: hide(e.Reason),
	})
	if errors.Is(err, policy.ErrGeneration) {
		return api.SessionChange{}, api.Conflict("session %q has not reached generation %d; "+
			"`curfew session list` shows its generation", session, e.Generation)
	}
	if err != nil {
		return api.SessionChange{}, gateProblem(session, err)
	}
	return b.changed(ctx, session, len(got.Decisions) > 0, got.Seq)
}

// changed answers an order about a session with the session as it is then.
func (b backend) changed(ctx context.Context, name string, applied bool, seq uint64) (api.SessionChange, error) {
	s, err := b.Session(ctx, name)
	return api.SessionChange{Session: s, Applied: applied, Seq: seq}, carriedOut(err)
}

// firstRun is the run that a probing session waits for: the one that is under way, otherwise the next of the jobs that
// can prove the session. nil: there is none, or the session is not probing.
func (b backend) firstRun(ctx context.Context, v policy.SessionView) *api.FirstRun {
	switch {
	case v.State != messages.StateProbing:
		return nil
	case v.Canary != "":
		return &api.FirstRun{Job: v.Canary}
	}
	next := b.r.Soonest(ctx, func(d messages.Definition) bool { return d.Gated && d.Session == v.Name && !d.OwnKey }, 1)
	if len(next) == 0 {
		return nil
	}
	return &api.FirstRun{Job: next[0].Job, Slot: next[0].Slot}
}

// addForecast fills in why a session gets no credential from its source, and which jobs fall due after its token
// lapses.
func (b backend) addForecast(ctx context.Context, s *api.Session) {
	s.RefreshError = api.OrNull(b.r.RefreshTrouble(s.Name))
	if s.ExpiresAt.IsZero() || s.State == messages.StateClosed {
		return
	}
	for _, u := range b.r.Upcoming(ctx, s.Name, s.ExpiresAt) {
		s.AtRisk = append(s.AtRisk, api.DueJob{Job: u.Job, Slot: u.Slot})
	}
}
