package bus

import (
	"errors"
	"fmt"
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
	no       uint64        // its place in the queue
	parcel   uint64        // its place, if the messages came with a parcel; else 0
	receipts []Receipt     // one for each entry; zero for a refused entry
	refused  []error       // the reason of each refused entry
	left     int           // receipts that are missing, of a call that was handed on; of the outbox, like gone
	gone     bool          // the caller waits no longer
	passes   bool          // it may go ahead of slots
	err      error         // why the log took none of the entries
	done     chan struct{} // nil: the caller does not wait
}

func (c *call) finish(err error) {
	c.err = err
	if c.done != nil {
		close(c.done)
	}
}

// queue is the pending calls, in the order of publishing, but for slots that wait for an expiry: see lines.
type queue struct {
	signal signal // wakes the writer

	mu      sync.Mutex
	lines   lines
	entries int   // that are pending
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
	q.lines.put(cs)
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
	for c, l := q.lines.first(); c != nil; c, l = q.lines.first() {
		if entries += len(c.entries); len(t.calls) > 0 && entries > maxBatch {
			entries -= len(c.entries)
			t.cut = true
			break
		}
		t.calls = append(t.calls, c)
		l.next()
	}
	q.entries -= entries
	t.closing = q.reason != nil
	return t, nil
}

// back returns calls to the front that were taken and not reached.
func (q *queue) back(cs []*call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.lines.back(cs)
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
	q.entries = 0
	return q.lines.all()
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
	c, _ := q.lines.first()
	return c == nil
}
