package host

import (
	"context"
	"fmt"
	"sync"
)

// crew counts the attempts that are running.
type crew struct {
	mu        sync.Mutex
	running   int
	abandoned int
	quiet     chan struct{} // closed when nothing is running; nil: nobody waits for that
}

func (c *crew) begin() { c.add(1, 0) }

func (c *crew) end() { c.add(-1, 0) }

// abandon moves an attempt from those that are waited for to those that are not.
func (c *crew) abandon() { c.add(-1, 1) }

// back is the return of an abandoned attempt.
func (c *crew) back() { c.add(0, -1) }

func (c *crew) add(running, abandoned int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running += running
	c.abandoned += abandoned
	if c.running == 0 && c.quiet != nil {
		close(c.quiet)
		c.quiet = nil
	}
}

func (c *crew) lost() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.abandoned
}

func (c *crew) drain(ctx context.Context) error {
	c.mu.Lock()
	if c.running == 0 {
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
