package supervisor

import (
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// PoolWorkers is how many job actors handle a message at the same time. Attempts run on goroutines of their own, so
// handling a message never blocks.
const PoolWorkers = 8

// poolThroughput is how many messages an actor handles before its goroutine yields.
const poolThroughput = 300

// A Pool is a dispatcher with a fixed number of goroutines. They serve actors in the order in which the actors got
// something to do. The default, a goroutine for each runnable actor, costs four times as much when a great many actors
// become runnable at once, and its memory is never returned.
type Pool struct {
	mu      sync.Mutex
	ready   *sync.Cond
	queue   []func() // bounded by the number of actors: each is in it at most once
	closed  bool
	workers sync.WaitGroup
}

var _ actor.Dispatcher = (*Pool)(nil)

// NewPool starts the workers. Close ends them.
func NewPool() *Pool {
	p := &Pool{}
	p.ready = sync.NewCond(&p.mu)
	for range PoolWorkers {
		p.workers.Go(p.work)
	}
	return p
}

// Schedule queues an actor that has something to do. After Close it does nothing.
func (p *Pool) Schedule(fn func()) {
	p.mu.Lock()
	if !p.closed {
		p.queue = append(p.queue, fn)
		p.ready.Signal()
	}
	p.mu.Unlock()
}

// Throughput is how many messages an actor handles in one go.
func (p *Pool) Throughput() int { return poolThroughput }

// Close ends the workers when the queue is empty and waits for them. Actors of the pool must be stopped by then.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	p.ready.Broadcast()
	p.mu.Unlock()
	p.workers.Wait()
}

func (p *Pool) work() {
	for {
		p.mu.Lock()
		for len(p.queue) == 0 && !p.closed {
			p.ready.Wait()
		}
		if len(p.queue) == 0 {
			p.mu.Unlock()
			return
		}
		fn := p.queue[0]
		p.queue[0] = nil // the array outlives this slice
		p.queue = p.queue[1:]
		p.mu.Unlock()
		fn()
	}
}
