package supervisor

import (
	"runtime"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

const (
	// poolThroughput is how many messages an actor handles before its goroutine yields.
	poolThroughput = 300
	// chunkSize is how many tasks a pool makes room for at once.
	chunkSize = 256
	// poolWidth is how many goroutines for each core may be at their tasks before a pool waits for a look.
	poolWidth = 16
	// poolPatience is how long a pool waits for a look: longer than a lock is held, shorter than anybody notices.
	poolPatience = time.Millisecond
)

// A Pool runs tasks on goroutines, in the order in which it was given them. While a task waits, one goroutine is on its
// way to it, and never two. It takes the task, sends for the next goroutine if more wait, and when it has run its task
// it takes another one, or ends if there is none. So the number of goroutines grows only as far as tasks block, and a
// hundred thousand short tasks at once are run by a few goroutines.
//
// Most blocking is short: a task waits for a lock whose holder has lost its core. So at most poolWidth goroutines for
// each core come at once. If tasks wait beyond that, the pool takes a look after poolPatience: whoever is still at its
// task then counts no longer, and as many may come again. Nothing waits behind tasks that take long: that is more
// starts in a millisecond than a core can make of attempts that block for long. An idle pool takes no looks. The zero
// value is ready.
type Pool struct {
	mu      sync.Mutex
	tasks   tasks // bounded by who gives them: actors are in it at most once, attempts are bounded by their lanes
	coming  bool  // a goroutine is on its way
	looking bool  // a look is to come; whenever there is a task, it is, or a goroutine is coming
	look    *time.Timer
	looks   uint64 // so many there were
	busy    int    // goroutines that are at a task which they took after the last look
	width   int    // so many may be; 0: no task has come yet
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
	defer p.mu.Unlock()
	if p.width == 0 {
		p.width = poolWidth * runtime.GOMAXPROCS(0)
	}
	p.tasks.add(t)
	p.send()
}

// Schedule has a goroutine run an actor that has something to do.
func (p *Pool) Schedule(fn func()) { p.Go(taskFunc(fn)) }

// Throughput is how many messages an actor handles in one go.
func (p *Pool) Throughput() int { return poolThroughput }

// Waiting is how many tasks no goroutine has taken yet.
func (p *Pool) Waiting() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tasks.waiting
}

// send sends for a goroutine if a task waits and none is on its way, or for a look; the caller holds mu.
func (p *Pool) send() {
	switch {
	case p.coming || p.tasks.empty():
	case p.busy < p.width:
		p.coming = true
		go p.work()
	case p.looking:
	case p.look == nil:
		p.looking, p.look = true, time.AfterFunc(poolPatience, p.lookAround)
	default:
		p.looking = true
		p.look.Reset(poolPatience)
	}
}

// lookAround is the look: from here on, those who are at a task count no longer.
func (p *Pool) lookAround() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looking = false
	p.looks++
	p.busy, p.width = 0, poolWidth*runtime.GOMAXPROCS(0)
	p.send()
}

// worker is a goroutine of a pool.
type worker struct {
	pool  *Pool
	busy  bool   // it is at a task
	looks uint64 // that there were when it took the task
}

func (p *Pool) work() {
	w := worker{pool: p}
	defer w.leave() // also if a task ends the goroutine
	for t := w.arrive(); t != nil; t = w.next() {
		t.Run()
	}
}

// arrive takes the first task.
func (w *worker) arrive() Task {
	p := w.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coming = false
	t := w.take()
	p.send()
	return t
}

// next takes another task; nil: none waits, or enough goroutines are at one.
func (w *worker) next() Task {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	w.done()
	return w.take()
}

func (w *worker) leave() {
	w.pool.mu.Lock()
	defer w.pool.mu.Unlock()
	w.done()
	w.pool.send()
}

// take takes out the task that has waited longest; the caller holds mu.
func (w *worker) take() Task {
	p := w.pool
	if p.busy >= p.width {
		return nil
	}
	t := p.tasks.take()
	if t != nil {
		w.busy, w.looks = true, p.looks
		p.busy++
	}
	return t
}

// done notes that the worker is at no task; the caller holds mu.
func (w *worker) done() {
	if w.busy && w.looks == w.pool.looks {
		w.pool.busy--
	}
	w.busy = false
}

// tasks is a queue of tasks in chunks, so that a long one is never copied and leaves nothing behind.
type tasks struct {
	first, last *chunk
	taken, put  int // of first, and of last
	waiting     int // in all chunks
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
	q.waiting++
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
	q.waiting--
	if q.taken++; q.empty() {
		q.taken, q.put = 0, 0 // the chunk is used again
	}
	return t
}
