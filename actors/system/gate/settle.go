package gate

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// ByStoredToken is who signed in when the store has a token of a session that the journal has never seen a sign-in of:
// the tokens' file was kept and the journal was not.
const ByStoredToken = "stored token"

// again is a sign-in that is published at the start, possibly for the second time.
type again struct {
	id   string
	fact messages.SessionRestored
}

// settle clears up what a crash has left in the store, and returns the sign-ins to publish.
//
// A pending token may have its generation already. Then that is read from the log: the log would drop a second fact of
// the same id, and the token would never get its number.
func (g *Gate) settle() ([]again, error) {
	numbered, err := g.numbered()
	if err != nil {
		return nil, err
	}
	known := make(map[string]policy.SessionView, len(g.cfg.Sessions))
	for _, k := range g.cfg.Sessions {
		known[k.Name] = k
	}
	_, waiting := g.cfg.Store.all()
	var left []again
	var done []string
	for _, id := range slices.Sorted(maps.Keys(waiting)) {
		p := waiting[id]
		given, found := numbered[id]
		k, exists := known[p.session]
		switch {
		case !found:
			f := messages.SessionRestored{Session: p.session, By: p.by, ExpiresAt: p.expiresAt}
			left = append(left, again{id, f})
		case exists && given.generation == k.Generation:
			if _, _, err := g.cfg.Store.install(p.session, given.by, given.generation); err != nil {
				return nil, err
			}
		default: // a newer sign-in has replaced it, or the session is gone
			done = append(done, id)
		}
	}
	if len(done) > 0 {
		if err := g.cfg.Store.drop(done...); err != nil {
			return nil, err
		}
	}
	more, err := g.adopt()
	return append(left, more...), err
}

// adopt gives the stored token the generation that the log has reached without this store: by a sign-in that another
// program published, or before the store came to this journal.
func (g *Gate) adopt() ([]again, error) {
	var left []again
	for _, k := range g.cfg.Sessions {
		c, ok := g.cfg.Store.get(k.Name)
		switch {
		case k.SignedOut(): // a crash came between the sign-out and this, or it was at another node while this one was away
			if err := g.forget(k.Name); err != nil {
				return nil, err
			}
		case !ok || !c.fits(k.Backend) || c.generation == k.Generation && k.Generation != 0:
		case k.Generation == 0 || c.generation == 0:
			id := newID()
			left = append(left, again{id, g.stored(k.Name, id, c)})
		case g.asker != nil: // the newer one was given at another node
		default:
			if _, _, err := g.cfg.Store.install(k.Name, Restoration{}, k.Generation); err != nil {
				return nil, err
			}
		}
	}
	return left, nil
}

// forget forgets the token of a session that was signed out of, and what it needs to get the next one.
func (g *Gate) forget(session string) (err error) {
	if _, ok := g.cfg.Store.get(session); ok {
		err = g.cfg.Store.forget(session, nil)
	}
	if g.cfg.Renewals != nil {
		err = errors.Join(err, g.cfg.Renewals.Forget(session))
	}
	return err
}

// stored is the sign-in with the stored token, by that id. In a fleet the token waits for its generation like a new one:
// others sign in, too.
func (g *Gate) stored(session, id string, c credential) messages.SessionRestored {
	g.cfg.Logger.Info("gate: signing in with the stored token", zap.String("session", session))
	f := messages.SessionRestored{Session: session, By: ByStoredToken, ExpiresAt: c.expiresAt}
	if g.asker == nil {
		return f
	}
	err := g.cfg.Store.add(id, pending{
		session: session, token: c.token, origin: c.origin, by: f.By, expiresAt: f.ExpiresAt, after: g.cfg.Last(),
	})
	if err != nil {
		g.cfg.Logger.Error("gate: the stored token cannot be used", zap.String("session", session), zap.Error(err))
	}
	return f
}

// number is the generation that the log has given to a sign-in.
type number struct {
	by         Restoration
	generation uint64
}

// numbered returns the generations that the log has given to pending tokens, by the ids of their sign-ins.
func (g *Gate) numbered() (map[string]number, error) {
	_, waiting := g.cfg.Store.all()
	found := make(map[string]number, len(waiting))
	if len(waiting) == 0 {
		return found, nil
	}
	from := g.cfg.After
	for _, p := range waiting {
		from = min(from, p.after)
	}
	reader := g.cfg.Reader(from)(func() {})
	defer reader.Close()
	causes := make(map[uint64]string)
	for {
		records, err := reader.Next()
		if err != nil {
			return nil, fmt.Errorf("gate: look for pending tokens in the log: %w", err)
		}
		if len(records) == 0 {
			return found, nil
		}
		for _, r := range records {
			if r.Seq > g.cfg.After {
				return found, nil
			}
			note(r, waiting, causes, found)
		}
	}
}

// note notes a generation that a sign-in of a pending token was given.
func note(r messages.Record, waiting map[string]pending, causes map[uint64]string, found map[string]number) {
	given := func(generation uint64) {
		if id, ok := causes[r.Cause]; ok {
			found[id] = number{Restoration{Seq: r.Cause, ID: id}, generation}
		}
	}
	switch m := r.Body.(type) {
	case messages.SessionRestored:
		if _, ok := waiting[r.ID]; ok {
			causes[r.Seq] = r.ID
		}
	case messages.GateProbing:
		given(m.Generation)
	case messages.GateOpened:
		given(m.Generation)
	}
}
