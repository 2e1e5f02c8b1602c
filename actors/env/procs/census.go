//go:build unix

package procs

import "sync"

// census lists the descendants of this program. A list is never older than the call, and callers that come while one is
// being made share the next: however many attempts end at once, at most one core is busy with it.
type census struct {
	making sync.Mutex // held while a list is made
	kin    kin
	mu     sync.Mutex
	next   *list // not begun yet
}

type list struct {
	once sync.Once
	all  []running
	err  error
}

var counting census

// takeCensus lists the descendants of this program, and reaps those that have ended.
func takeCensus() ([]running, error) { return counting.take() }

func (c *census) take() ([]running, error) {
	c.mu.Lock()
	if c.next == nil {
		c.next = &list{}
	}
	l := c.next
	c.mu.Unlock()
	l.once.Do(func() {
		c.making.Lock()
		defer c.making.Unlock()
		c.mu.Lock()
		c.next = nil
		c.mu.Unlock()
		l.all, l.err = c.kin.look()
		if l.err == nil {
			own.forgetGone(l.all)
			own.reap(l.all)
		}
	})
	return l.all, l.err
}
