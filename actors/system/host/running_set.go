package host

import (
	"context"
	"fmt"
	"sync"
)

// runningSet is the set of the running attempts, and the number of abandoned ones.
type runningSet struct {
	mu        sync.Mutex
	running   map[*attempt]struct{}
	abandoned int
	empty     chan struct{} // closed when nothing is running; nil: nothing waits for that
}

func (c *runningSet) begin(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		c.running = make(map[*attempt]struct{})
	}
	c.running[a] = struct{}{}
}

func (c *runningSet) end(a *attempt) { c.leave(a, 0) }

// abandon takes out an attempt that is still running, and counts it as abandoned.
func (c *runningSet) abandon(a *attempt) { c.leave(a, 1) }

// returned notes that an abandoned attempt has returned.
func (c *runningSet) returned(a *attempt) { c.leave(a, -1) }

func (c *runningSet) leave(a *attempt, abandoned int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, a)
	a.live.close()
	c.abandoned += abandoned
	if len(c.running) == 0 && c.empty != nil {
		close(c.empty)
		c.empty = nil
	}
}

func (c *runningSet) abandonedCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.abandoned
}

func (c *runningSet) list() []Running {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Running, 0, len(c.running))
	for a := range c.running {
		out = append(out, a.running())
	}
	return out
}

func (c *runningSet) drain(ctx context.Context) error {
	c.mu.Lock()
	if len(c.running) == 0 {
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
