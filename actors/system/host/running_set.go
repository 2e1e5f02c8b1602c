package host

import (
	"context"
	"fmt"
	"sync"
)

// runningSet is the set of the running attempts, and apart from them those that were abandoned and still run.
type runningSet struct {
	mu        sync.Mutex
	running   map[*attempt]struct{}
	abandoned map[*attempt]struct{}
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

func (c *runningSet) end(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leave(a)
}

// abandon puts an attempt that is still running among the abandoned ones.
func (c *runningSet) abandon(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.abandoned == nil {
		c.abandoned = make(map[*attempt]struct{})
	}
	c.abandoned[a] = struct{}{}
	c.leave(a)
}

// returned notes that an abandoned attempt has returned.
func (c *runningSet) returned(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.abandoned, a)
}

// leave takes out an attempt; the caller holds mu.
func (c *runningSet) leave(a *attempt) {
	delete(c.running, a)
	a.live.close()
	if len(c.running) == 0 && c.empty != nil {
		close(c.empty)
		c.empty = nil
	}
}

func (c *runningSet) abandonedCount() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.abandoned)
}

// list lists the running attempts, or the abandoned ones.
func (c *runningSet) list(abandoned bool) []Running {
	c.mu.Lock()
	defer c.mu.Unlock()
	of := c.running
	if abandoned {
		of = c.abandoned
	}
	out := make([]Running, 0, len(of))
	for a := range of {
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
