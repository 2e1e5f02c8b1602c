package engine

import (
	"context"

	"go.uber.org/zap"

	"curfew/actors/env/httpx"
	"curfew/actors/system/gate"
	"curfew/messages"
)

// SignIn gives a session a new token.
func (r *Runtime) SignIn(ctx context.Context, session string, in gate.SignIn) (gate.Receipt, error) {
	return r.gate.Login(ctx, session, in)
}

// SignOut makes a session forget its token, and what brings it others.
func (r *Runtime) SignOut(ctx context.Context, session, by string) (gate.Receipt, error) {
	got, err := r.gate.Logout(ctx, session, by)
	if err == nil {
		err = r.refresher.Forget(session) // behind the sign-out: no refresh begins any more
	}
	return got, err
}

// RefreshTrouble is why a session gets no credential by itself; empty: it does, or has no source of one.
func (r *Runtime) RefreshTrouble(session string) string { return r.refresher.Trouble(session) }

// judge makes the rules by which a backend's refusals are read. The patterns were checked when the job file
// was; what another program made a fact of may still hold a bad one, which then counts for nothing.
func (r *Runtime) judge(c messages.SessionConfig) gate.Judge {
	rules, err := httpx.NewRules(c)
	if err != nil {
		r.o.Logger.Error("gate: a session's rules are unusable; a 401 is taken for an expiry, as by default", zap.String("session", c.Name), zap.Error(err))
		rules, _ = httpx.NewRules(messages.SessionConfig{})
	}
	return rules.Outcome
}
