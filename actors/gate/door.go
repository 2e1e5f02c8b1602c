package gate

import (
	"context"
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"curfew/actors"
	"curfew/messages"
)

// DoorWait is how long an attempt waits at the door for the token of its generation: the log has decided
// on it already, and the gate may be a moment behind.
const DoorWait = 5 * time.Second

// ErrClosed means that an attempt was not let in: its session has expired, or is at another generation.
var ErrClosed = errors.New("gate: the session's door is closed for this attempt")

// The states of a gate, as the log knows them.
const (
	StateClosed  = "closed"
	StateProbing = "probing"
	StateOpen    = "open"
)

// place is a session at the door.
type place struct {
	backend    string // empty: the session keeps no token
	outcome    Judge
	state      string
	generation uint64
	credential credential // with the token of the generation, if there is one
	expired    uint64     // no attempt of this generation or an older one is let in, whatever the log says
	quota      bool       // closed only until a time: the same generation will be let in again
}

// lets reports whether an attempt of the generation may enter now, or might if it waits.
func (p place) lets(generation uint64) (now, later bool) {
	switch {
	case generation <= p.expired, generation < p.generation:
		return false, false
	case generation > p.generation:
		return false, true
	case p.state == StateClosed:
		return false, p.quota
	default:
		return p.backend == "" || p.credential.fits(p.backend), false
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
	let func(name string, p place, run messages.RunID) (actors.Session, error)

	judge func(messages.SessionConfig) Judge
}

func newDoor(session func(string, place, messages.RunID) (actors.Session, error), judge func(messages.SessionConfig) Judge) *Door {
	d := &Door{let: session, judge: judge}
	d.now.Store(&snapshot{places: map[string]place{}, changed: make(chan struct{})})
	return d
}

// Enter is the session for an attempt that was decided under that generation. If the generation's token
// is not there yet it waits, for DoorWait at most. Otherwise the error is [actors.SessionExpired] of
// ErrClosed, that of ctx, or [actors.Permanent] if the session's backend cannot be used at all.
func (d *Door) Enter(ctx context.Context, session string, generation uint64, run messages.RunID) (actors.Session, error) {
	timeout := time.NewTimer(DoorWait)
	defer timeout.Stop()
	for {
		at := d.now.Load()
		p, known := at.places[session]
		now, later := p.lets(generation)
		switch {
		case now && known:
			return d.let(session, p, run)
		case !later || !known:
			return nil, actors.SessionExpired(ErrClosed)
		}
		select {
		case <-at.changed:
		case <-timeout.C:
			return nil, actors.SessionExpired(ErrClosed)
		case <-ctx.Done():
			return nil, ctx.Err()
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
			p.state = StateClosed
		}
		p.backend, p.outcome = c.Backend, d.judge(c)
		places[c.Name] = p
	}
	d.next(places)
}
