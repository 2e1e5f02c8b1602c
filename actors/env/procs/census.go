//go:build unix

package procs

import "sync"

// census makes lists of who descends from this program. A list is never older than the question, and who asks while one is
// being made shares the next: however many attempts end at once, one core at most is busy with looking.
type census struct {
	making sync.Mutex // held while a list is made
	kin    kin
	mu     sync.Mutex
	next   *list // that has not been begun
}

type list struct {
	once sync.Once
	all  []running
	err  error
}

var counting census

// takeCensus lists who descends from this program, and reaps on the way.
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
