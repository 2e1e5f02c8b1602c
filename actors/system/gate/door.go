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

// DoorWait is how long an attempt waits at the door for the token of its generation: the log has opened that generation
// already, and the gate may not have read so far.
const DoorWait = 5 * time.Second

// ErrClosed means that an attempt was not let in: its session has expired, or has another generation now.
var ErrClosed = errors.New("gate: the session's door is closed for this attempt")

// errElsewhere means that the other nodes go on with a token that is not here.
var errElsewhere = errors.New("gate: this node does not have the session's token yet, which was given at another node")

// elsewherePause is how long a run waits, at least, whose token is at another node only.
const elsewherePause = 10 * time.Second

// place is a session at the door, with the whole of its settings.
type place struct {
	messages.SessionConfig
	rules      httpx.Rules // of its backend's refusals
	state      messages.GateState
	generation uint64
	credential credential // with the token of the generation, if there is one
	expired    uint64     // no attempt of this generation or an older one is let in, whatever the log says
	quota      bool       // closed until a time only: the same generation will be let in again
}

// admits reports whether an attempt of the generation may enter now, and whether it may later, if it waits.
func (p place) admits(generation uint64) (now, later bool) {
	now, later = p.admitsBare(generation)
	return now && (p.Backend == "" || p.credential.fits(p.Backend)), later
}

// admitsBare is admits for an attempt that needs no token.
func (p place) admitsBare(generation uint64) (now, later bool) {
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

// A Door is asked for every gated attempt, right before its actor runs. To ask takes no lock.
type Door struct {
	now atomic.Pointer[snapshot]
	mu  sync.Mutex // held while the next snapshot is made
	let func(p place, run messages.RunID) (actors.Session, error)

	rules func(messages.SessionConfig) httpx.Rules

	elsewhere bool // other nodes may have a token that is not here
}

func newDoor(
	session func(place, messages.RunID) (actors.Session, error), rules func(messages.SessionConfig) httpx.Rules,
) *Door {
	d := &Door{let: session, rules: rules}
	d.now.Store(&snapshot{places: map[string]place{}, changed: make(chan struct{})})
	return d
}

// Enter returns the session for an attempt that was decided under that generation. While the generation's token is not
// there yet it waits, for [DoorWait] at most. The error is [actors.SessionExpired] of [ErrClosed], that of ctx, or
// [actors.Permanent] if the session's backend cannot be used at all.
func (d *Door) Enter(
	ctx context.Context, session string, generation uint64, run messages.RunID,
) (actors.Session, error) {
	p, err := d.wait(ctx, session, generation, place.admits)
	if err != nil {
		return nil, err
	}
	return d.let(p, run)
}

// EnterBare is [Door.Enter] for an attempt that uses a key of its own. The session that it gets has no token and
// refuses every request.
func (d *Door) EnterBare(ctx context.Context, session string, generation uint64) (actors.Session, error) {
	p, err := d.wait(ctx, session, generation, place.admitsBare)
	if err != nil {
		return nil, err
	}
	return &pass{config: p.SessionConfig, rules: p.rules, client: &http.Client{Transport: refuse{errOwnKey}}}, nil
}

// wait returns the session at the door as soon as it lets the attempt in.
func (d *Door) wait(
	ctx context.Context, session string, generation uint64, admits func(place, uint64) (now, later bool),
) (place, error) {
	timeout := time.NewTimer(DoorWait)
	defer timeout.Stop()
	for {
		at := d.now.Load()
		p, known := at.places[session]
		now, later := admits(p, generation)
		if bare, _ := p.admitsBare(generation); bare && d.elsewhere {
			later = true // the token is on its way
		}
		switch {
		case now && known:
			return p, nil
		case !later: // of a session that it does not know yet, the attempt waits, too
			return place{}, actors.SessionExpired(ErrClosed)
		}
		select {
		case <-at.changed:
		case <-timeout.C:
			if d.elsewhere {
				return place{}, actors.NotNow(errElsewhere, elsewherePause)
			}
			return place{}, actors.SessionExpired(ErrClosed)
		case <-ctx.Done():
			return place{}, ctx.Err()
		}
	}
}

// Close refuses every attempt of that generation from here on. The log will close the gate a moment later.
func (d *Door) Close(session string, generation uint64) {
	d.change(session, func(p *place) { p.expired = max(p.expired, generation) })
}

// place is a session at the door; false if there is none of that name.
func (d *Door) place(session string) (place, bool) {
	p, ok := d.now.Load().places[session]
	return p, ok
}

// change makes the next snapshot, with a change of one session; an unknown session changes nothing. f must take no
// lock.
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

// configure sets which sessions there are; a session that is not named is removed.
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
