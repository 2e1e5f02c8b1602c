package host

import (
	"context"
	"fmt"
	"sync"
)

// crew keeps count of the attempts that are running.
type crew struct {
	mu        sync.Mutex
	running   map[*attempt]struct{}
	abandoned int
	quiet     chan struct{} // closed when nothing is running; nil: nobody waits for that
}

func (c *crew) begin(a *attempt) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.running == nil {
		c.running = make(map[*attempt]struct{})
	}
	c.running[a] = struct{}{}
}

func (c *crew) end(a *attempt) { c.leave(a, 0) }

// abandon moves an attempt from those that are waited for to those that are not.
func (c *crew) abandon(a *attempt) { c.leave(a, 1) }

// back is the return of an abandoned attempt.
func (c *crew) back(a *attempt) { c.leave(a, -1) }

func (c *crew) leave(a *attempt, abandoned int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.running, a)
	a.live.close()
	c.abandoned += abandoned
	if len(c.running) == 0 && c.quiet != nil {
		close(c.quiet)
		c.quiet = nil
	}
}

func (c *crew) lost() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.abandoned
}

func (c *crew) list() []Running {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]Running, 0, len(c.running))
	for a := range c.running {
		out = append(out, a.running())
	}
	return out
}

func (c *crew) drain(ctx context.Context) error {
	c.mu.Lock()
	if len(c.running) == 0 {
		c.mu.Unlock()
		return nil
	}
	if c.quiet == nil {
		c.quiet = make(chan struct{})
	}
	quiet := c.quiet
	c.mu.Unlock()
	select {
	case <-quiet:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("host: attempts are still running: %w", context.Cause(ctx))
	}
}
