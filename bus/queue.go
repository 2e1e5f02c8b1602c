package bus

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"curfew/messages"
)

// Bounds of the queue, in messages.
const (
	maxCall    = 1 << 10 // messages of a call; a longer one is split, and so is one of maxCallBytes
	maxBatch   = 4 << 10 // that share one append, at most
	maxWaiting = 1 << 20 // if more are pending, Commit is refused
	maxPending = 4 << 20 // if more are pending, the log stops
)

// maxCallBytes is about how many bytes of memory a call has, but for its last message.
const maxCallBytes = 1 << 20

// ErrBusy means that too many messages are pending. The caller may try again later.
var ErrBusy = errors.New("bus: too many messages are pending; try again later")

// entry is a message on its way into the log.
type entry struct {
	id   string
	body messages.Body // a fact or an opaque message
}

// call is the messages of one Publish or Commit, or a part of them, or a view. The writer fills in the outcome and
// closes done.
type call struct {
	entries  []entry
	view     *view
	parcel   uint64        // its place, if the messages came with a parcel; else 0
	receipts []Receipt     // one for each entry; zero for a refused entry
	refused  []error       // the reason of each refused entry
	left     int           // receipts that are missing, of a call that was handed on; of the outbox, like gone
	gone     bool          // the caller waits no longer
	err      error         // why the log took none of the entries
	done     chan struct{} // nil: the caller does not wait
}

func (c *call) finish(err error) {
	c.err = err
	if c.done != nil {
		close(c.done)
	}
}

// queue is the pending calls, in the order of publishing.
type queue struct {
	signal signal // wakes the writer

	mu      sync.Mutex
	front   []*call // taken and given back: they come before calls
	calls   []*call
	entries int   // in both
	reason  error // why the queue takes no more calls; nil: it is open
	broken  error // why the writer must stop; nil: it need not
}

// put appends calls; no other call comes between them.
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
		q.broken = fmt.Errorf("bus: more than %d messages are pending: the disk is too slow", maxPending)
		q.signal.set()
		return q.broken
	}
	q.calls = append(q.calls, cs...)
	q.entries += n
	q.signal.set()
	return nil
}

// taken is what the writer takes from the queue at once.
type taken struct {
	calls   []*call
	cut     bool // more calls wait
	closing bool // no more calls will come
}

// take removes calls from the front: at most maxBatch entries together, but at least one call if there is one.
func (q *queue) take() (t taken, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.broken != nil {
		return taken{}, q.broken
	}
	entries := 0
	for _, from := range []*[]*call{&q.front, &q.calls} {
		n := 0
		for n < len(*from) && (len(t.calls)+n == 0 || entries+len((*from)[n].entries) <= maxBatch) {
			entries += len((*from)[n].entries)
			n++
		}
		t.calls = append(t.calls, (*from)[:n]...)
		clear((*from)[:n]) // the array outlives the slice
		if *from = (*from)[n:]; len(*from) > 0 {
			break
		}
	}
	q.entries -= entries
	t.cut, t.closing = len(q.front)+len(q.calls) > 0, q.reason != nil
	return t, nil
}

// back returns calls to the front that were taken and not reached. The queue behind them may be long, and is not moved.
func (q *queue) back(cs []*call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.front = slices.Concat(cs, q.front)
	for _, c := range cs {
		q.entries += len(c.entries)
	}
}

// close refuses new calls. The writer still completes the pending ones.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.reason == nil {
		q.reason = ErrClosed
	}
	q.signal.set()
}

// stop refuses new calls with that reason, and returns the pending ones.
func (q *queue) stop(err error) []*call {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.reason = err
	cs := slices.Concat(q.front, q.calls)
	q.front, q.calls, q.entries = nil, nil, 0
	return cs
}

// pending is how many messages wait.
func (q *queue) pending() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.entries
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.front)+len(q.calls) == 0
}
