package host

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// runningSet is the set of the running attempts, and apart from them those that were abandoned and still run. It also
// tells each attempt when its timeout is over.
type runningSet struct {
	mu        sync.Mutex
	rows      map[time.Duration]*row // by timeout; 0: attempts without one, and those whose timeout is over
	abandoned map[*attempt]struct{}
	empty     chan struct{} // closed when nothing is running; nil: nothing waits for that
}

// row is the running attempts of one timeout, in the order in which they began: the first is the next whose timeout is
// over, so that one timer is enough for all. There is a row as long as there are attempts in it.
type row struct {
	timeout     time.Duration
	first, last *attempt
	timer       *time.Timer // goes off when the timeout of the first is over, or before
}

// place is where an attempt is in the set.
type place struct {
	row          *row // nil: in none
	before, next *attempt
}

// begin puts in an attempt whose timeout begins now; 0: it has none.
func (c *runningSet) begin(a *attempt, timeout time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(a, timeout)
}

// put puts an attempt at the end of a row; the caller holds mu.
func (c *runningSet) put(a *attempt, timeout time.Duration) {
	r := c.rows[timeout]
	if r == nil {
		r = &row{timeout: timeout}
		if timeout > 0 {
			r.timer = time.AfterFunc(timeout, func() { c.expire(r) })
		}
		if c.rows == nil {
			c.rows = make(map[time.Duration]*row)
		}
		c.rows[timeout] = r
	}
	if a.place = (place{row: r, before: r.last}); r.last == nil {
		r.first = a
	} else {
		r.last.place.next = a
	}
	r.last = a
}

// take takes an attempt out of its row; the caller holds mu.
func (c *runningSet) take(a *attempt) {
	p := a.place
	if p.row == nil {
		return
	}
	a.place = place{}
	if p.before == nil {
		p.row.first = p.next
	} else {
		p.before.place.next = p.next
	}
	if p.next == nil {
		p.row.last = p.before
	} else {
		p.next.place.before = p.before
	}
	if p.row.first == nil {
		delete(c.rows, p.row.timeout)
		if p.row.timer != nil {
			p.row.timer.Stop()
		}
	}
}

// expire tells the attempts of a row whose timeout is over, and waits for that of the next.
func (c *runningSet) expire(r *row) {
	for _, a := range c.expired(r) {
		a.timedOut()
	}
}

func (c *runningSet) expired(r *row) (over []*attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for a := r.first; a != nil; a = r.first {
		if left := time.Until(a.term.deadline); left > 0 {
			r.timer.Reset(left)
			break
		}
		c.take(a)
		c.put(a, 0)
		over = append(over, a)
	}
	return over
}

// end takes out an attempt that has returned.
func (c *runningSet) end(a *attempt) {
	c.mu.Lock()
	c.leave(a)
	c.mu.Unlock()
	a.live.close()
}

// abandon puts an attempt that is still running among the abandoned ones.
func (c *runningSet) abandon(a *attempt) {
	c.mu.Lock()
	if c.abandoned == nil {
		c.abandoned = make(map[*attempt]struct{})
	}
	c.abandoned[a] = struct{}{}
	c.leave(a)
	c.mu.Unlock()
	a.live.close()
}

// returned notes that an abandoned attempt has returned.
func (c *runningSet) returned(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.abandoned, a)
}

// leave takes out an attempt; the caller holds mu.
func (c *runningSet) leave(a *attempt) {
	c.take(a)
	if len(c.rows) == 0 && c.empty != nil {
		close(c.empty)
		c.empty = nil
	}
}

func (c *runningSet) abandonedCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.abandoned)
}

// each calls f for every running attempt until it returns false; the caller holds mu.
func (c *runningSet) each(f func(*attempt) bool) {
	for _, r := range c.rows {
		for a := r.first; a != nil; a = a.place.next {
			if !f(a) {
				return
			}
		}
	}
}

// list lists the running attempts, or the abandoned ones.
func (c *runningSet) list(abandoned bool) []Running {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Running
	add := func(a *attempt) bool { out = append(out, a.running()); return true }
	if !abandoned {
		c.each(add)
		return out
	}
	for a := range c.abandoned {
		add(a)
	}
	return out
}

func (c *runningSet) drain(ctx context.Context) error {
	c.mu.Lock()
	if len(c.rows) == 0 {
		c.mu.Unlock()
		return nil
	}
	if c.empty == nil {
		c.empty = make(chan struct{})
	}
	empty := c.empty
	c.mu.Unlock()
	select {
	case <-empty:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("host: attempts are still running: %w", context.Cause(ctx))
	}
}
