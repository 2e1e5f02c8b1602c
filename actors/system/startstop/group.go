// Package startstop is how the parts of the machine room start and stop: a [Group] of goroutines, or an [Actor].
// Stopping twice, from several goroutines, or before anything was started is allowed, and every Stop returns only when
// all has ended.
package startstop

import (
	"context"
	"sync"
	"time"
)

// A Group is the goroutines of one part.
type Group struct {
	grace    time.Duration
	ctx      context.Context // ends a grace after Stop, or when all goroutines have returned
	cancel   context.CancelFunc
	stopping chan struct{}

	mu      sync.Mutex // nothing is started once stopped is true
	stopped bool
	running sync.WaitGroup
}

// New makes a group without goroutines. Grace is how long its goroutines may finish what they are doing after Stop
// was called: then their context ends. 0: it ends at once.
func New(grace time.Duration) *Group {
	g := &Group{grace: grace, stopping: make(chan struct{})}
	g.ctx, g.cancel = context.WithCancel(context.Background())
	return g
}

// Go runs f on a goroutine of its own, until it returns: soon after ctx has ended, at the latest. After Stop it does
// nothing.
func (g *Group) Go(f func(ctx context.Context)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.stopped {
		g.running.Go(func() { f(g.ctx) })
	}
}

// Stopping is closed when Stop is called: finish what is begun and begin nothing new.
func (g *Group) Stopping() <-chan struct{} { return g.stopping }

// Stop tells the goroutines to end and waits until they have. None of them may call it.
func (g *Group) Stop() {
	g.mu.Lock()
	if !g.stopped {
		g.stopped = true
		close(g.stopping)
	}
	g.mu.Unlock()
	if g.grace > 0 {
		end := time.AfterFunc(g.grace, g.cancel)
		defer end.Stop()
	} else {
		g.cancel()
	}
	g.running.Wait()
	g.cancel()
}
