package gate

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"go.uber.org/zap"

	"curfew/actors/env/tokens"
	"curfew/messages"
)

// Why a sign-in or sign-out is refused. The API gives each its HTTP status.
var (
	// ErrUnknownSession means that there is no session of that name (404).
	ErrUnknownSession = errors.New("gate: unknown session")
	// ErrSameToken means that the token is the one that expired (409; force overrides).
	ErrSameToken = errors.New("gate: this token is the one that expired; get a new one")
	// ErrLapsed means that the token has expired already, by its source or else by its own exp (422; force overrides).
	ErrLapsed = errors.New("gate: the token has expired already; get a new one")
)

// Receipt is the result of a sign-in or sign-out that is durable and applied.
type Receipt struct {
	Seq     uint64 // of the fact
	Applied bool   // whether anything followed from it
}

// SignIn is the token of a sign-in, and where it comes from.
type SignIn struct {
	Token string
	By    string // who signs in, for people to read
	// Force accepts a token that has expired, too, and makes no forecast from its expiry.
	Force bool
	// ExpiresAt is when the token expires; 0: by its own exp, if it has one.
	ExpiresAt messages.Instant
}

// Login gives the session a token. The token is kept as pending until the log has numbered its generation. The token in
// use is accepted again.
//
// A session without a backend keeps no token: its jobs' own tools have signed in, and the gate probes.
//
// The error is [ErrUnknownSession], [tokens.ErrMalformed], [ErrSameToken], [ErrLapsed] or [ErrTooMany], or that
// of the log or the disk.
func (g *Gate) Login(ctx context.Context, session string, in SignIn) (Receipt, error) {
	g.signing.Lock()
	defer g.signing.Unlock()
	p, ok := g.door.place(session)
	if !ok {
		return Receipt{}, fmt.Errorf("%w %q", ErrUnknownSession, session)
	}
	f := messages.SessionRestored{Session: session, By: in.By}
	if p.Backend == "" {
		g.cfg.Logger.Info("gate: signed in to a session without a backend; it keeps no token",
			zap.String("session", session))
		return g.commit(ctx, newID(), f)
	}
	t := NewToken(in.Token)
	if err := tokens.Check(in.Token); err != nil {
		return Receipt{}, err
	}
	if !in.Force {
		f.ExpiresAt = cmp.Or(in.ExpiresAt, t.expiry())
		if err := g.acceptable(session, p, t, f.ExpiresAt); err != nil {
			return Receipt{}, err
		}
	}
	id := newID()
	err := g.cfg.Store.add(id, pending{
		session: session, token: t, origin: origin(p.Backend), by: in.By, expiresAt: f.ExpiresAt, after: g.cfg.Last(),
	})
	if err != nil {
		return Receipt{}, err
	}
	r, err := g.commit(ctx, id, f)
	if err != nil && ctx.Err() == nil { // refused; if only the caller is gone it may still be on its way
		err = errors.Join(err, g.cfg.Store.drop(id))
	}
	return r, err
}

// acceptable returns why a token cannot work; nil if it may.
func (g *Gate) acceptable(session string, p place, t Token, expiresAt messages.Instant) error {
	used, ok := g.cfg.Store.get(session)
	expired := p.state == messages.StateClosed || p.generation <= p.expired // what is being probed has not expired
	if ok && expired && used.generation == p.generation && used.token.reveal() == t.reveal() {
		return ErrSameToken
	}
	if expiresAt != 0 && expiresAt <= messages.At(g.cfg.Now()) {
		return ErrLapsed
	}
	return nil
}

// Logout expires the session and forgets its tokens. By says who signs out, for people to read.
//
// The error is [ErrUnknownSession], or that of the log or the disk.
func (g *Gate) Logout(ctx context.Context, session, by string) (Receipt, error) {
	g.signing.Lock()
	defer g.signing.Unlock()
	if _, ok := g.door.place(session); !ok {
		return Receipt{}, fmt.Errorf("%w %q", ErrUnknownSession, session)
	}
	waiting := g.cfg.Store.waiting(session)
	f := messages.SessionExpired{Session: session, Source: by, Reason: messages.ReasonSignedOut}
	r, err := g.commit(ctx, newID(), f)
	if err != nil {
		return r, err
	}
	return r, g.cfg.Store.forget(session, waiting)
}

func (g *Gate) commit(ctx context.Context, id string, f messages.Fact) (Receipt, error) {
	seq, applied, err := g.cfg.Commit(ctx, id, f)
	if err != nil {
		return Receipt{}, fmt.Errorf("gate: %w", err)
	}
	return Receipt{Seq: seq, Applied: applied}, nil
}

// Vouch notes that the source of the session's tokens still hands out the token of that generation, and no other: its
// gate closes when the token expires, not shortly before. It has to be called again after a restart.
func (g *Gate) Vouch(session string, generation uint64) { g.forecaster.vouch(session, generation) }

// Current reports whether that is the token of the session's current generation.
func (g *Gate) Current(session, token string) bool {
	p, known := g.door.place(session)
	c, ok := g.cfg.Store.get(session)
	return known && ok && c.generation == p.generation && c.token.reveal() == token
}
