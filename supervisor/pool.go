package supervisor

import (
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// PoolWorkers is how many job actors handle a message at the same time. What a job does runs elsewhere:
// handling a message never blocks.
const PoolWorkers = 8

// poolThroughput is how many messages an actor handles before it lets others have the processor.
const poolThroughput = 300

// A Pool is a dispatcher with a fixed number of goroutines that serve actors in the order in which they
// got something to do. A goroutine for each runnable actor, the default, costs four times as much when a
// great many become runnable at once, and its memory is never given back.
type Pool struct {
	mu      sync.Mutex
	ready   *sync.Cond
	queue   []func() // bounded by the number of actors: each stands in it at most once
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
		p.queue[0] = nil // the array lives on behind the slice
		p.queue = p.queue[1:]
		p.mu.Unlock()
		fn()
	}
}
