package backend

import (
	"context"
	"errors"

	"curfew/actors/system/gate"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Sessions lists sessions by name.
func (b backend) Sessions(ctx context.Context, p contract.Page) (items []contract.Session, next string, err error) {
	var seen []engine.SessionSeen
	err = b.view(ctx, func(m *policy.Machine) {
		var names []string
		names, next = page(m.SessionNames, p)
		for _, n := range names {
			s, _ := engine.SeeSession(m, n)
			seen = append(seen, s)
		}
	})
	if err != nil {
		return nil, "", err
	}
	if items, err = b.sessions(ctx, seen); err != nil {
		return nil, "", err
	}
	return items, next, b.addUndelivered(ctx, items)
}

// Session is one session.
func (b backend) Session(ctx context.Context, name string) (contract.Session, error) {
	var seen engine.SessionSeen
	var ok bool
	if err := b.view(ctx, func(m *policy.Machine) { seen, ok = engine.SeeSession(m, name) }); err != nil {
		return contract.Session{}, err
	}
	if !ok {
		return contract.Session{}, b.noSession(ctx, name)
	}
	s, err := b.sessions(ctx, []engine.SessionSeen{seen})
	if err != nil {
		return contract.Session{}, err
	}
	err = b.addUndelivered(ctx, s)
	return s[0], err
}

// session is the body of a session, with its forecast.
func (b backend) session(ctx context.Context, seen engine.SessionSeen) contract.Session {
	s := sessionOf(seen.SessionView)
	s.SignIn = b.r.SignInText(seen)
	b.addForecast(ctx, &s, seen.SessionView)
	s.FirstRun = b.firstRun(ctx, seen.SessionView)
	return s
}

// Login gives a session a new token.
func (b backend) Login(ctx context.Context, session string, l contract.Login) (contract.SessionChange, error) {
	if err := b.stopping(); err != nil {
		return contract.SessionChange{}, err
	}
	if err := b.fits(ctx, session, l); err != nil {
		return contract.SessionChange{}, err
	}
	if l.Check {
		if err := b.checkToken(ctx, session, l.Token.Reveal()); err != nil {
			return contract.SessionChange{}, err
		}
	}
	got, err := b.r.SignIn(ctx, session, gate.SignIn{Token: l.Token.Reveal(), By: caller(ctx), Force: l.Force})
	if err != nil {
		return contract.SessionChange{}, b.gateProblem(ctx, session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// fits refuses a sign-in without a token to a session that needs one, and a token for one that keeps none.
func (b backend) fits(ctx context.Context, session string, l contract.Login) error {
	s, err := b.Session(ctx, session)
	switch {
	case err != nil:
		return err
	case s.Backend != nil && l.Token == "":
		return contract.Malformed("token is missing or empty")
	case s.Backend == nil && l.Token != "":
		return contract.Refused("session %s has no backend and keeps no token: %s, without a token", session, s.SignIn)
	}
	return nil
}

// Logout makes a session forget its token.
func (b backend) Logout(ctx context.Context, session string) (contract.SessionChange, error) {
	got, err := b.r.SignOut(ctx, session, caller(ctx))
	if err != nil {
		return contract.SessionChange{}, b.gateProblem(ctx, session, err)
	}
	return b.changed(ctx, session, got.Applied, got.Seq)
}

// Expire publishes SessionExpired. One of an earlier generation than the current one changes nothing.
func (b backend) Expire(ctx context.Context, session string, e contract.Expire) (contract.SessionChange, error) {
	if err := e.Check(); err != nil {
		return contract.SessionChange{}, err
	}
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
		return contract.SessionChange{}, contract.Conflict("session %q has not reached generation %d; "+
			"`curfew session list` shows its generation", session, e.Generation)
	}
	if err != nil {
		return contract.SessionChange{}, b.gateProblem(ctx, session, err)
	}
	return b.changed(ctx, session, len(got.Decisions) > 0, got.Seq)
}

// changed answers an order about a session with the session as it is then.
func (b backend) changed(ctx context.Context, name string, applied bool, seq uint64) (contract.SessionChange, error) {
	s, err := b.Session(ctx, name)
	return contract.SessionChange{Session: s, Applied: applied, Seq: seq}, carriedOut(err)
}

// firstRun is the run that a probing session waits for: the one that is under way, otherwise the next of the jobs that
// can prove the session. nil: there is none, or the session is not probing.
func (b backend) firstRun(ctx context.Context, v policy.SessionView) *contract.FirstRun {
	switch {
	case v.State != messages.StateProbing:
		return nil
	case v.Canary != "":
		return &contract.FirstRun{Job: v.Canary}
	}
	next := b.r.SoonestOf(ctx, v.Name, func(d *messages.Kept) bool { return !d.OwnKey }, 1)
	if len(next) == 0 {
		return nil
	}
	return &contract.FirstRun{Job: next[0].Job, Slot: next[0].Slot}
}

// addForecast fills in how a session gets its next credential, why it does not at present, and which jobs fall due after
// its token lapses.
func (b backend) addForecast(ctx context.Context, s *contract.Session, v policy.SessionView) {
	s.RefreshError = contract.OrNull(b.r.RefreshTrouble(s.Name))
	s.Watched = append(s.Watched, b.r.SignInsWatched(v)...)
	s.WatchError = contract.OrNull(b.r.SignInTrouble(s.Name))
	if s.ExpiresAt.IsZero() || s.State == messages.StateClosed {
		return
	}
	for _, u := range b.r.Upcoming(ctx, s.Name, s.ExpiresAt) {
		s.AtRisk = append(s.AtRisk, dueJob(u))
	}
}
