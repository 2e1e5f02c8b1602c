package bus

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"curfew/messages"
)

// Bounds of what is pending, in messages.
const (
	maxBatch   = 1 << 10 // messages that share one append, at most; a longer call is cut in pieces of that
	maxWaiting = 1 << 20 // with more pending than this, callers that wait are refused
	maxPending = 4 << 20 // with more pending than this, the log stops
)

// ErrBusy means that too many messages are pending. Try again later.
var ErrBusy = errors.New("bus: too many messages are pending; try again later")

// entry is one message on its way into the log.
type entry struct {
	id   string
	body messages.Body // a fact or an opaque message
}

// call is what one caller published at once, or a view. The writer fills in the outcome and closes done.
type call struct {
	entries  []entry
	view     *view
	receipts []Receipt     // one for each entry; the zero receipt for a refused one
	refused  []error       // why, for each refused entry
	err      error         // why the log took none of it
	done     chan struct{} // nil: nobody waits
}

func (c *call) finish(err error) {
	c.err = err
	if c.done != nil {
		close(c.done)
	}
}

// queue is what is pending, in the order of publishing.
type queue struct {
	signal chan struct{} // wakes the writer

	mu      sync.Mutex
	calls   []*call
	entries int   // in calls
	reason  error // why nothing more is taken; nil: open
	broken  error // what the writer is to stop for
}

// put appends calls, next to each other.
func (q *queue) put(cs ...*call) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.reason != nil {
		return q.reason
	}
	n := 0
	for _, c := range cs {
		n += len(c.entries)
	}
	waits := cs[0].done != nil
	switch {
	case waits && q.entries+n > maxWaiting:
		return ErrBusy
	case q.entries+n > maxPending:
		q.broken = fmt.Errorf("bus: more than %d messages are pending: the disk cannot keep up", maxPending)
		q.wake()
		return q.broken
	}
	q.calls = append(q.calls, cs...)
	q.entries += n
	q.wake()
	return nil
}

// take removes calls from the front: at most maxBatch entries together, but at least one call.
func (q *queue) take() (cs []*call, closing bool, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken != nil {
		return nil, false, q.broken
	}
	n, entries := 0, 0
	for n < len(q.calls) && (n == 0 || entries+len(q.calls[n].entries) <= maxBatch) {
		entries += len(q.calls[n].entries)
		n++
	}
	cs = slices.Clone(q.calls[:n])
	clear(q.calls[:n])
	q.calls = q.calls[n:]
	q.entries -= entries
	return cs, q.reason != nil, nil
}

// back puts calls that were taken, but not reached, to the front again.
func (q *queue) back(cs []*call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.calls = slices.Concat(cs, q.calls)
	for _, c := range cs {
		q.entries += len(c.entries)
	}
}

// close refuses what comes from now on. What is pending is still done.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.reason == nil {
		q.reason = ErrClosed
	}
	q.wake()
}

// stop refuses what comes from now on, with the reason, and returns what is pending.
func (q *queue) stop(err error) []*call {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reason = err
	cs := q.calls
	q.calls, q.entries = nil, 0
	return cs
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.calls) == 0
}

// wake makes the writer look; it never blocks.
func (q *queue) wake() {
	select {
	case q.signal <- struct{}{}:
	default:
	}
}
