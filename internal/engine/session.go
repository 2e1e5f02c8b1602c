package engine

import (
	"context"

	"go.uber.org/zap"

	"curfew/actors/env/httpx"
	"curfew/actors/system/gate"
	"curfew/messages"
)

// SignIn gives a session a new token. Its errors are those of [gate.Gate.Login].
func (r *Runtime) SignIn(ctx context.Context, session string, in gate.SignIn) (gate.Receipt, error) {
	return r.gate.Login(ctx, session, in)
}

// SignOut makes a session forget its token, and the refresher forget what it keeps to get another. Its errors are
// those of [gate.Gate.Logout].
func (r *Runtime) SignOut(ctx context.Context, session, by string) (gate.Receipt, error) {
	got, err := r.gate.Logout(ctx, session, by)
	if err == nil {
		err = r.refresher.Forget(session) // after the sign-out, because no refresh begins then
	}
	return got, err
}

// RefreshTrouble is why a session gets no credential from its source; empty: it gets one, or has no source.
func (r *Runtime) RefreshTrouble(session string) string { return r.refresher.Trouble(session) }

// judge makes the rules by which a backend's refusals are read. The patterns of a job file have been checked, but
// a fact of another program may hold a bad one. Then the default rules apply.
func (r *Runtime) judge(c messages.SessionConfig) gate.Judge {
	rules, err := httpx.NewRules(c)
	if err != nil {
		r.o.Logger.Error("gate: a session's rules are not valid; a 401 counts as an expiry, as by default",
			zap.String("session", c.Name), zap.Error(err))
		rules, _ = httpx.NewRules(messages.SessionConfig{})
	}
	return rules.Outcome
}
