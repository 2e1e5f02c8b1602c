package host

import (
	"context"
	"sync"

	"curfew/actors"
)

// turns are the turns of every session.
type turns struct {
	mu       sync.Mutex
	sessions map[string]*turn
}

func (t *turns) of(session string) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sessions == nil {
		t.sessions = make(map[string]*turn)
	}
	one := t.sessions[session]
	if one == nil {
		one = &turn{asks: make(chan struct{}, 1), alone: make(chan struct{}, 1)}
		t.sessions[session] = one
	}
	return one
}

// turn is given to one attempt of a session at a time.
type turn struct {
	asks  chan struct{} // of size 1: full while somebody has the turn
	alone chan struct{} // of size 1: full while he has it alone, or working is being changed

	working int // attempts that work; guarded by alone
}

var _ actors.Turns = (*turn)(nil)

// Take waits for the turn, or for the end of ctx.
func (t *turn) Take(ctx context.Context) (done func(), err error) { return hold(ctx, t.asks) }

// TakeAlone waits for the turn; done is nil if somebody works.
func (t *turn) TakeAlone(ctx context.Context) (done func(), err error) {
	asked, err := hold(ctx, t.asks)
	if err != nil {
		return nil, err
	}
	free, err := hold(ctx, t.alone)
	if err != nil || t.working > 0 {
		if err == nil {
			free()
		}
		asked()
		return nil, err
	}
	return func() { free(); asked() }, nil
}

// Work waits until nobody has the turn alone.
func (t *turn) Work(ctx context.Context) (done func(), err error) {
	free, err := hold(ctx, t.alone)
	if err != nil {
		return nil, err
	}
	t.working++
	free()
	return sync.OnceFunc(t.rest), nil
}

func (t *turn) rest() {
	t.alone <- struct{}{} // nobody has the turn alone while one works
	t.working--
	<-t.alone
}

// hold fills a channel of size 1 until done is called, which may be called twice.
func hold(ctx context.Context, c chan struct{}) (done func(), err error) {
	select {
	case c <- struct{}{}:
		return sync.OnceFunc(func() { <-c }), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TakeAlone takes the turn of a session for a question from outside its attempts, such as whether somebody has signed in.
// Done is nil while an attempt of it works; none begins to until done is called. The error is that of ctx.
func (h *Host) TakeAlone(ctx context.Context, session string) (done func(), err error) {
	return h.turns.of(session).TakeAlone(ctx)
}
