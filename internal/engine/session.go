package engine

import (
	"context"

	"curfew/actors/system/gate"
)

// SignIn gives a session a new token. Its errors are those of [gate.Gate.Login].
func (r *Runtime) SignIn(ctx context.Context, session string, in gate.SignIn) (gate.Receipt, error) {
	return r.gate.Login(ctx, session, in)
}

// SignOut makes a session forget its token, and the refresher forget what it keeps to get another. Its errors are
// those of [gate.Gate.Logout].
func (r *Runtime) SignOut(ctx context.Context, session, by string) (gate.Receipt, error) {
	got, err := r.gate.Logout(ctx, session, by)
	if d := r.duties.Load(); err == nil && d != nil {
		err = d.refresher.Forget(session) // after the sign-out, because no refresh begins then
	}
	return got, err
}

// Give seals the token of a session's generation for another node, as [gate.Gate.Give] does.
func (r *Runtime) Give(session string, generation uint64, seal func([]byte) []byte) []byte {
	return r.gate.Give(session, generation, seal)
}

// RefreshTrouble is why a session gets no credential from its source, or from the other nodes; empty: it gets one, or has no
// source.
func (r *Runtime) RefreshTrouble(session string) string {
	if lacking := r.gate.Lacking(session); lacking != "" {
		return lacking
	}
	if d := r.duties.Load(); d != nil {
		return d.refresher.Trouble(session)
	}
	return ""
}
