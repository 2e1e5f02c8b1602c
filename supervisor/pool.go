package supervisor

import (
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	// poolThroughput is how many messages an actor handles before its goroutine yields.
	poolThroughput = 300
	// chunkSize is how many tasks a pool makes room for at once.
	chunkSize = 256
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
	p.tasks.add(t)
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

// tasks is a queue of tasks in chunks, so that a long one is never copied and leaves nothing behind.
type tasks struct {
	first, last *chunk
	taken, put  int // of first, and of last
}

type chunk struct {
	tasks [chunkSize]Task
	next  *chunk
}

func (q *tasks) empty() bool { return q.first == q.last && q.taken == q.put }

// add puts a task at the end.
func (q *tasks) add(t Task) {
	switch {
	case q.last == nil:
		q.first = &chunk{}
		q.last = q.first
	case q.put == chunkSize:
		q.last.next = &chunk{}
		q.last, q.put = q.last.next, 0
	}
	q.last.tasks[q.put] = t
	q.put++
}

// take takes out the first task; nil: there is none.
func (q *tasks) take() Task {
	if q.empty() {
		return nil
	}
	if q.taken == chunkSize {
		q.first, q.taken = q.first.next, 0
	}
	t := q.first.tasks[q.taken]
	q.first.tasks[q.taken] = nil
	if q.taken++; q.empty() {
		q.taken, q.put = 0, 0 // the chunk is used again
	}
	return t
}
