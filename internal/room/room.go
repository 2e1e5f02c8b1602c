// Package room sets how much may be allocated between two collections of garbage, by how many jobs there are, and by the
// memory that is free while many of them wait to be started.
package room

import (
	"io/fs"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
)

const (
	// perJob is how many bytes may be allocated for a job before the heap is looked through again: about what it takes
	// when all jobs fall due at once.
	perJob = 8 << 10
	// most bounds what may be allocated between two collections, but for least. Above it a large heap grows by less than
	// Go would let it.
	most = 512 << 20
	// rushShare is which part of the memory that is free takes the place of most while many starts wait, if it is more:
	// a collection would take from the starts, and look through all that they need. Three quarters stay for others.
	rushShare = 4
	// usual is how much a heap grows by Go's own measure, in percent of what lives.
	usual = 100
	// least bounds how often a very large heap is looked through, in percent of what lives.
	least = 30
)

// A Room sets how much the heap of the process may grow. Whoever sets GOGC decides it himself.
type Room struct {
	root   fs.FS // of the system: what says how much memory is free
	mu     sync.Mutex
	jobs   int
	rush   bool // many starts wait
	set    int  // percent
	before int  // percent, before the first
	closed bool
}

// Open begins to set it, after each collection and when the number of jobs has changed. A process has one Room at a time.
func Open() *Room { return open(os.DirFS("/")) }

func open(root fs.FS) *Room {
	r := &Room{root: root, set: usual, before: usual}
	if os.Getenv("GOGC") != "" {
		r.closed = true
		return r
	}
	r.before = debug.SetGCPercent(usual)
	r.watch()
	return r
}

// Jobs says how many jobs there are. It may be called at every change.
func (r *Room) Jobs(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if grown := n - r.jobs; grown > r.jobs/8 || -grown > r.jobs/8 { // a small change waits for the next collection
		r.jobs = n
		r.adjust()
	}
	r.jobs = n
}

// Rush says that many starts wait from now on, or no longer. What the heap has grown by meanwhile goes back to the system
// after the next collections.
func (r *Room) Rush(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rush = on
	r.adjust()
}

// Close puts back what was set before.
func (r *Room) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.closed {
		debug.SetGCPercent(r.before)
	}
	r.closed = true
}

// collected is something that nobody keeps, so that each collection finds it.
type collected struct{ room *Room }

// watch adjusts after the next collection, and goes on.
func (r *Room) watch() {
	runtime.SetFinalizer(&collected{r}, func(c *collected) {
		c.room.mu.Lock()
		defer c.room.mu.Unlock()
		if !c.room.closed {
			c.room.adjust()
			c.room.watch()
		}
	})
}

// adjust sets the percentage by what lived at the last collection; the caller holds mu.
func (r *Room) adjust() {
	if r.closed {
		return
	}
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	bound := uint64(most)
	if r.rush {
		bound = max(bound, free(r.root)/rushShare)
	}
	if p := percent(sample[0].Value.Uint64(), r.jobs, bound); p != r.set {
		debug.SetGCPercent(p)
		r.set = p
	}
}

// percent is how much a heap may grow in which so many bytes live: as much again, or perJob for each job if that is more;
// at most by the bound, or by least if that is more.
func percent(live uint64, jobs int, bound uint64) int {
	if live == 0 {
		return usual
	}
	grow := min(max(live, uint64(jobs)*perJob), bound)
	return max(least, int(grow*usual/live))
}
