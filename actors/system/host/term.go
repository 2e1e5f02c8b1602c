package host

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"time"
)

// Why the context of an attempt ended.
var (
	errCancelled = errors.New("cancelled")
	errTimeout   = errors.New("timed out")
	errStopped   = errors.New("the runtime is stopping")
)

// term is the context of an attempt: it ends with the timeout, or with the first order to stop. What serves those who
// wait for its end, or derive other contexts from it, is made when the first of them asks: an actor that does its work at
// once needs none of it.
type term struct {
	deadline time.Time // zero: none

	mu   sync.Mutex
	why  error // it ended for that, as far as nobody has asked; nil: it has not
	made context.Context
	end  context.CancelFunc // of made
}

var _ context.Context = (*term)(nil)

// Deadline is the end of the attempt's timeout.
func (t *term) Deadline() (at time.Time, ok bool) { return t.deadline, !t.deadline.IsZero() }

// Done is closed when the term has ended.
func (t *term) Done() <-chan struct{} { return t.proper().Done() }

// Err is context.DeadlineExceeded after the timeout, context.Canceled after an order to stop.
func (t *term) Err() error { return t.proper().Err() }

// Value leads contexts that are derived from the term to the one that it is made of.
func (t *term) Value(key any) any { return t.proper().Value(key) }

// proper is the context that does what the term promises.
func (t *term) proper() context.Context {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made != nil {
		return t.made
	}
	t.made, t.end = context.WithCancel(context.Background())
	if errors.Is(t.why, context.Canceled) {
		t.end() // before the deadline, which may have passed since
	}
	if !t.deadline.IsZero() {
		t.made, t.end = context.WithDeadlineCause(t.made, t.deadline, errTimeout)
	}
	return t.made
}

// expire notes that the timeout is over.
func (t *term) expire() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.why = cmp.Or(t.why, errTimeout)
}

// stop ends the term.
func (t *term) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.why = cmp.Or(t.why, context.Canceled)
	if t.end != nil {
		t.end()
	}
}

// cause is errTimeout after the timeout, context.Canceled after an order to stop; nil: the term has not ended.
func (t *term) cause() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.made != nil {
		return context.Cause(t.made)
	}
	return t.why
}
