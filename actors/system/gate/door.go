package gate

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"curfew/actors"
	"curfew/actors/env/httpx"
	"curfew/messages"
)

// DoorWait is how long an attempt waits at the door for the token of its generation: the log has decided
// on it already, and the gate may be a moment behind.
const DoorWait = 5 * time.Second

// ErrClosed means that an attempt was not let in: its session has expired, or is at another generation.
var ErrClosed = errors.New("gate: the session's door is closed for this attempt")

// place is a session at the door, with the whole of its settings.
type place struct {
	messages.SessionConfig
	rules      httpx.Rules // of its backend's refusals
	state      messages.GateState
	generation uint64
	credential credential // with the token of the generation, if there is one
	expired    uint64     // no attempt of this generation or an older one is let in, whatever the log says
	quota      bool       // closed only until a time: the same generation will be let in again
}

// lets reports whether an attempt of the generation may enter now, or might if it waits.
func (p place) lets(generation uint64) (now, later bool) {
	now, later = p.letsBare(generation)
	return now && (p.Backend == "" || p.credential.fits(p.Backend)), later
}

// letsBare is lets for an attempt that needs no token.
func (p place) letsBare(generation uint64) (now, later bool) {
	switch {
	case generation <= p.expired, generation < p.generation:
		return false, false
	case generation > p.generation:
		return false, true
	case p.state == messages.StateClosed:
		return false, p.quota
	default:
		return true, false
	}
}

// snapshot is the door at one moment. It never changes; the next one replaces it.
type snapshot struct {
	places  map[string]place
	changed chan struct{} // closed when there is a next one
}

// A Door is asked by every gated attempt right before its actor is run. Asking takes no lock.
type Door struct {
	now atomic.Pointer[snapshot]
	mu  sync.Mutex // held by whoever makes the next snapshot
	let func(p place, run messages.RunID) (actors.Session, error)

	rules func(messages.SessionConfig) httpx.Rules
}

func newDoor(session func(place, messages.RunID) (actors.Session, error), rules func(messages.SessionConfig) httpx.Rules) *Door {
	d := &Door{let: session, rules: rules}
	d.now.Store(&snapshot{places: map[string]place{}, changed: make(chan struct{})})
	return d
}

// Enter is the session for an attempt that was decided under that generation. If the generation's token
// is not there yet it waits, for DoorWait at most. Otherwise the error is [actors.SessionExpired] of
// ErrClosed, that of ctx, or [actors.Permanent] if the session's backend cannot be used at all.
func (d *Door) Enter(ctx context.Context, session string, generation uint64, run messages.RunID) (actors.Session, error) {
	p, err := d.wait(ctx, session, func(p place) (now, later bool) { return p.lets(generation) })
	if err != nil {
		return nil, err
	}
	return d.let(p, run)
}

// EnterBare is Enter for an attempt that uses a key of its own. Where the token would be it gets none, and the session
// sends nothing for it.
func (d *Door) EnterBare(ctx context.Context, session string, generation uint64) (actors.Session, error) {
	p, err := d.wait(ctx, session, func(p place) (now, later bool) { return p.letsBare(generation) })
	if err != nil {
		return nil, err
	}
	return &pass{config: p.SessionConfig, rules: p.rules, client: &http.Client{Transport: refuse{errOwnKey}}}, nil
}

// wait returns the session at the door as soon as it lets the attempt in.
func (d *Door) wait(ctx context.Context, session string, lets func(place) (now, later bool)) (place, error) {
	timeout := time.NewTimer(DoorWait)
	defer timeout.Stop()
	for {
		at := d.now.Load()
		p, known := at.places[session]
		now, later := lets(p)
		switch {
		case now && known:
			return p, nil
		case !later || !known:
			return place{}, actors.SessionExpired(ErrClosed)
		}
		select {
		case <-at.changed:
		case <-timeout.C:
			return place{}, actors.SessionExpired(ErrClosed)
		case <-ctx.Done():
			return place{}, ctx.Err()
		}
	}
}

// Close lets no attempt of that generation in any more. The log will say the same a moment later.
func (d *Door) Close(session string, generation uint64) {
	d.change(session, func(p *place) { p.expired = max(p.expired, generation) })
}

// place is a session at the door; false if there is none of that name.
func (d *Door) place(session string) (place, bool) {
	p, ok := d.now.Load().places[session]
	return p, ok
}

// change makes the next snapshot. A session that is not known is not changed.
func (d *Door) change(session string, f func(*place)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	p, ok := d.now.Load().places[session]
	if !ok {
		return
	}
	f(&p)
	places := maps.Clone(d.now.Load().places)
	places[session] = p
	d.next(places)
}

func (d *Door) next(places map[string]place) {
	old := d.now.Swap(&snapshot{places: places, changed: make(chan struct{})})
	close(old.changed)
}

// configure takes in the sessions that there are; those that are not named are gone.
func (d *Door) configure(sessions []messages.SessionConfig) {
	d.mu.Lock()
	defer d.mu.Unlock()
	places := make(map[string]place, len(sessions))
	for _, c := range sessions {
		p, ok := d.now.Load().places[c.Name]
		if !ok {
			p.state = messages.StateClosed
		}
		p.SessionConfig, p.rules = c, d.rules(c)
		places[c.Name] = p
	}
	d.next(places)
}
