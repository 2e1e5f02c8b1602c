package host

import (
	"context"
	"sync"
)

// turns gives one attempt of each session the turn at a time.
type turns struct {
	mu       sync.Mutex
	sessions map[string]chan struct{} // of size 1: full while an attempt has the turn
}

// take waits for the turn of a session, or for the end of ctx.
func (t *turns) take(ctx context.Context, session string) (done func(), err error) {
	t.mu.Lock()
	if t.sessions == nil {
		t.sessions = make(map[string]chan struct{})
	}
	c := t.sessions[session]
	if c == nil {
		c = make(chan struct{}, 1)
		t.sessions[session] = c
	}
	t.mu.Unlock()
	select {
	case c <- struct{}{}:
		return sync.OnceFunc(func() { <-c }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
