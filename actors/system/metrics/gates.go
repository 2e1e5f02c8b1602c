package metrics

import (
	"sync"
	"time"

	"curfew/messages"
)

// gates knows since when each gate has not been open. The reader writes it, a scrape reads it.
type gates struct {
	mu    sync.Mutex
	known map[string]gate
}

type gate struct {
	shut  messages.Instant // since when it has not been open; zero: it is open
	total time.Duration    // not open before that, since the runtime's start
}

func newGates() *gates { return &gates{known: make(map[string]gate)} }

// take notes what a record says of a gate. Time before the start of the runtime does not count.
func (g *gates) take(at messages.Instant, b messages.Body) {
	switch b := b.(type) {
	case messages.GateClosed:
		g.set(b.Session, at, false)
	case messages.GateProbing:
		g.set(b.Session, at, false)
	case messages.GateOpened:
		g.set(b.Session, at, true)
	}
}

func (g *gates) set(session string, at messages.Instant, open bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := g.known[session]
	switch {
	case open && !k.shut.IsZero():
		k.total += max(0, at.Sub(k.shut)) // the clock may have been set back
		k.shut = messages.Instant(0)
	case !open && k.shut.IsZero():
		k.shut = at
	}
	g.known[session] = k
}

// closed is how long the session's gate has not been open since the runtime's start.
func (g *gates) closed(session string, now messages.Instant) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	k := g.known[session]
	if k.shut.IsZero() {
		return k.total
	}
	return k.total + max(0, now.Sub(k.shut))
}
