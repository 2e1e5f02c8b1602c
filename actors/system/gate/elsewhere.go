package gate

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/tokens"
	"curfew/actors/system/startstop"
	"curfew/bus/sleep"
	"curfew/messages"
)

// Bounds of how a gate asks for a token that was given at another node.
const (
	askPause    = 100 * time.Millisecond // after the first answer that was none; it doubles
	maxAskPause = 5 * time.Second
	askedInVain = 10 * time.Second // after which people are told
)

// Elsewhere asks the other nodes of a fleet for the token of a session's generation, which was given at one of them. The
// answer is what [Gate.Give] has made there, opened. An error, also that nobody has it when ctx ends, is asked again.
type Elsewhere func(ctx context.Context, session string, generation uint64) ([]byte, error)

// Renewals keeps what a session needs besides its token to get the next one without a person, such as the newest refresh
// token. It goes with the token to other nodes, since another one may be next to get a token.
type Renewals interface {
	// Get is what is kept; nil: nothing.
	Get(session string) []byte
	// Set keeps it from now on.
	Set(session string, kept []byte) error
	// Forget drops it.
	Forget(session string) error
}

// given is a token on its way to another node. Only Give and take may hold one: its token shows when it is printed.
type given struct {
	Session    string           `json:"session"`
	Generation uint64           `json:"generation"`
	Token      string           `json:"token"`
	Origin     string           `json:"origin"`
	ExpiresAt  messages.Instant `json:"expires_at,omitzero"`
	Renewed    uint64           `json:"renewed,omitzero"` // the generation that the session's source brought last
	Renewal    []byte           `json:"renewal,omitzero"` // what it needs to bring the next; null: nothing
	By         Restoration      `json:"by,omitzero"`
}

// Give seals the token of a session's generation for another node; nil: it is not here. What seal gets is in the clear,
// and must go nowhere else.
func (g *Gate) Give(session string, generation uint64, seal func([]byte) []byte) []byte {
	c, ok := g.cfg.Store.get(session)
	if !ok || generation == 0 || c.generation != generation {
		return nil
	}
	out := given{
		Session: session, Generation: generation, Token: c.token.reveal(), Origin: c.origin, ExpiresAt: c.expiresAt, Renewed: c.renewed,
		By: c.by,
	}
	if c.renewed > 0 && g.cfg.Renewals != nil {
		out.Renewal = g.cfg.Renewals.Get(session)
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil
	}
	return seal(text)
}

// errNotGiven means that an answer has no token of what was asked for.
var errNotGiven = errors.New("gate: the answer has no token of that generation")

// asker gets tokens from other nodes, one goroutine for each session that lacks one.
type asker struct {
	g     *Gate
	group *startstop.Group

	mu     sync.Mutex
	wanted map[string]uint64 // the generation that is asked for, by session
	vain   map[string]bool   // sessions whose token nobody has had for askedInVain
}

func newAsker(g *Gate) *asker {
	return &asker{g: g, group: startstop.New(0), wanted: make(map[string]uint64), vain: make(map[string]bool)}
}

// want asks for the token of a generation until it is here, or the gate goes on without it.
func (a *asker) want(session string, generation uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_, asking := a.wanted[session]
	a.wanted[session] = generation
	if !asking {
		a.group.Go(func(ctx context.Context) { a.ask(ctx, session) })
	}
}

// next is the generation that is asked for now. Done ends the asking if it is still that one.
func (a *asker) next(session string, done uint64) (generation uint64, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if generation = a.wanted[session]; generation != done {
		return generation, true
	}
	delete(a.wanted, session)
	delete(a.vain, session)
	return 0, false
}

func (a *asker) ask(ctx context.Context, session string) {
	var done uint64
	for {
		generation, ok := a.next(session, done)
		if !ok || ctx.Err() != nil {
			return
		}
		a.get(ctx, session, generation)
		done = generation
	}
}

// get asks for one generation.
func (a *asker) get(ctx context.Context, session string, generation uint64) {
	began := time.Now()
	for pause := askPause; ctx.Err() == nil && a.g.lacks(session, generation); pause = min(2*pause, maxAskPause) {
		// The node that has it may not have read of the generation yet, and then says nothing: the first questions are short.
		once, done := context.WithTimeout(ctx, 2*pause)
		text, err := a.g.cfg.Elsewhere(once, session, generation)
		done()
		if err == nil {
			err = a.g.take(session, generation, text)
		}
		if err == nil {
			return
		}
		if time.Since(began) >= askedInVain && a.tell(session) {
			a.g.cfg.Logger.Warn("gate: this node has no token for the session, and no other node gives it one; what needs it waits; "+
				"sign in again, at any node", zap.String("session", session), zap.Uint64("generation", generation), zap.Error(err))
		}
		_ = sleep.For(ctx, pause)
	}
}

// tell notes that a token is asked for in vain; first reports that it was not known.
func (a *asker) tell(session string) (first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	first = !a.vain[session]
	a.vain[session] = true
	return first
}

// wantMissing asks other nodes for the token that the session lacks, if it does.
func (g *Gate) wantMissing(session string) {
	if p, ok := g.door.place(session); ok && g.asker != nil && g.lacks(session, p.generation) {
		g.asker.want(session, p.generation)
	}
}

// lacks reports whether the gate waits for the token of that generation.
func (g *Gate) lacks(session string, generation uint64) bool {
	p, known := g.door.place(session)
	return known && p.Backend != "" && p.generation == generation && p.state != messages.StateClosed && !p.credential.fits(p.Backend)
}

// take takes a token in that another node has given.
func (g *Gate) take(session string, generation uint64, text []byte) error {
	var got given
	if json.Unmarshal(text, &got) != nil || got.Session != session || got.Generation != generation || tokens.Check(got.Token) != nil {
		return errNotGiven // and not the error, which could show a part of a token
	}
	c := credential{
		token: NewToken(got.Token), origin: got.Origin, generation: generation, expiresAt: got.ExpiresAt, renewed: g.renew(got),
		by: got.By,
	}
	if err := g.cfg.Store.take(session, c); err != nil {
		g.cfg.Logger.Error("gate: the token could not be kept; it works until the next start", zap.String("session", session), zap.Error(err))
	}
	g.door.change(session, func(p *place) {
		if p.generation == generation {
			p.credential = c
		}
	})
	return nil
}

// renew keeps what came with a token, if it is newer than what is here, and returns of which generation the newest is.
func (g *Gate) renew(got given) uint64 {
	c, _ := g.cfg.Store.get(got.Session)
	was := min(c.renewed, c.generation, got.Generation) // what is beyond is of another journal
	if got.Renewed <= was || len(got.Renewal) == 0 || g.cfg.Renewals == nil {
		return was
	}
	if err := g.cfg.Renewals.Set(got.Session, got.Renewal); err != nil {
		g.cfg.Logger.Error("gate: what the session needs to renew itself could not be kept here; if this node decides next, somebody may "+
			"have to bring a new refresh token", zap.String("session", got.Session), zap.Error(err))
		return was
	}
	return got.Renewed
}

// Lacking says what a session lacks here that other nodes may have; empty: nothing.
func (g *Gate) Lacking(session string) string {
	if g.asker == nil {
		return ""
	}
	g.asker.mu.Lock()
	defer g.asker.mu.Unlock()
	if !g.asker.vain[session] {
		return ""
	}
	return "this node has no token for it, and no other node gives it one"
}
