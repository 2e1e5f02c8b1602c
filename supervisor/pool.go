package supervisor

import (
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	// poolThroughput is how many messages an actor handles before its goroutine yields.
	poolThroughput = 300
	// poolKept is how many tasks an empty pool keeps memory for.
	poolKept = 1 << 10
)

// A Pool runs tasks on goroutines, in the order in which it was given them. While a task waits, one goroutine is on its
// way to it, and never two. It takes the task, sends for the next goroutine if more wait, and when it has run its task
// it takes another one, or ends if there is none. So the number of goroutines grows only as far as tasks block: nothing
// waits behind a task that takes long, and a hundred thousand short tasks at once are run by a few goroutines. The zero
// value is ready.
type Pool struct {
	mu     sync.Mutex
	tasks  tasks // bounded by who gives them: actors are in it at most once, attempts are bounded by their lanes
	coming bool  // a goroutine is on its way; so it is whenever there is a task
}

var _ actor.Dispatcher = (*Pool)(nil)

// A Task is something that a [Pool] runs. It may block, and may end its goroutine.
type Task interface{ Run() }

// taskFunc is a function as a task.
type taskFunc func()

// Run calls the function.
func (f taskFunc) Run() { f() }

// Go has a goroutine run the task.
func (p *Pool) Go(t Task) {
	p.mu.Lock()
	p.tasks.put(t)
	p.send()
	p.mu.Unlock()
}

// Schedule has a goroutine run an actor that has something to do.
func (p *Pool) Schedule(fn func()) { p.Go(taskFunc(fn)) }

// Throughput is how many messages an actor handles in one go.
func (p *Pool) Throughput() int { return poolThroughput }

// send sends for a goroutine if a task waits and none is on its way; the caller holds mu.
func (p *Pool) send() {
	if !p.coming && !p.tasks.empty() {
		p.coming = true
		go p.work()
	}
}

func (p *Pool) work() {
	for t := p.arrive(); t != nil; t = p.next() {
		t.Run()
	}
}

// arrive is next for a goroutine that was sent for.
func (p *Pool) arrive() Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.tasks.take()
	p.coming = false
	p.send()
	return t
}

// next takes out the task that has waited longest; nil: there is none.
func (p *Pool) next() Task {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tasks.take()
}

// tasks is a queue of tasks in two parts, of which neither is moved or copied.
type tasks struct {
	in, out []Task // out comes first
	taken   int    // of out
}

func (q *tasks) empty() bool { return q.taken == len(q.out) && len(q.in) == 0 }

func (q *tasks) put(t Task) { q.in = append(q.in, t) }

// take takes out the first task; nil: there is none.
func (q *tasks) take() Task {
	if q.taken == len(q.out) {
		if len(q.in) == 0 {
			return nil
		}
		q.in, q.out, q.taken = q.out[:0], q.in, 0
	}
	t := q.out[q.taken]
	q.out[q.taken] = nil // the array outlives the task
	q.taken++
	if q.empty() && cap(q.in)+cap(q.out) > poolKept {
		*q = tasks{}
	}
	return t
}
