//go:build unix

package procs

import (
	"maps"
	"math"
	"slices"
	"sync"
	"time"
)

// own are the processes that this program has started. There is one for the program, as all are its children.
var own = &offspring{
	starting: map[*process]uint64{}, leaders: map[int]*process{}, kept: map[ident]bool{},
	foreign: map[int]bool{}, suspects: map[ident]time.Time{}, unclear: map[ident]bool{},
}

// offspring knows which children of the program are waited for, so that nothing else reaps them.
type offspring struct {
	mu       sync.Mutex
	starting map[*process]uint64 // processes that are being started, and since which clock tick
	leaders  map[int]*process    // by number, until they are reaped
	kept     map[ident]bool      // processes that may go on: `background: keep`
	foreign  map[int]bool        // sessions of processes that were children before the first start here
	suspects map[ident]time.Time // ended children that other code may wait for, and when they were first seen
	unclear  map[ident]bool      // processes that were reported as unclear
}

// start calls f, which starts the process and returns its number. From then on the process is known.
func (o *offspring) start(p *process, f func() (pid int, err error)) error {
	o.mu.Lock()
	o.starting[p] = ticks()
	o.mu.Unlock()
	pid, err := f()
	o.mu.Lock()
	defer o.mu.Unlock()
	delete(o.starting, p)
	if err == nil {
		o.leaders[pid] = p
	}
	return err
}

// forget removes a process that was reaped. Its number may have been given to another one by now.
func (o *offspring) forget(pid int, p *process) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.leaders[pid] == p {
		delete(o.leaders, pid)
	}
}

// leader is what is known of a process that was started here.
type leader struct {
	run   string   // empty: none, or it is about to leave
	pipes []uint64 // that it was given
}

// leading returns the processes that were started here, by number. A child of this program that is not among them, and
// not older than since, may be just being started.
func (o *offspring) leading() (leaders map[int]leader, since uint64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	leaders, since = make(map[int]leader, len(o.leaders)), math.MaxUint64
	for pid, p := range o.leaders {
		is := leader{run: p.run, pipes: p.given}
		if p.leaving {
			is.run = ""
		}
		leaders[pid] = is
	}
	for _, began := range o.starting {
		since = min(since, began)
	}
	return leaders, since
}

// leave notes that the process is over, or told to end. From now on a process of its run without parents belongs to
// none, or to another process of the run.
func (o *offspring) leave(p *process) {
	o.mu.Lock()
	defer o.mu.Unlock()
	p.leaving = true
}

// keep lets processes go on: from here on they belong to no family.
func (o *offspring) keep(members []running) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range members {
		o.kept[p.ident()] = true
	}
}

func (o *offspring) isKept(id ident) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.kept[id]
}

// disown notes that those processes were not started here, nor any process in a session of theirs.
func (o *offspring) disown(all []running) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, p := range all {
		o.foreign[p.session] = true
	}
}

func (o *offspring) isForeign(session int) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.foreign[session]
}

// clarify waits until it is clear what each of those processes is, or the time is up, and returns those that are not
// clear and were not returned before. A process that was started here may have been seen before it was known.
func (o *offspring) clarify(who []running, d time.Duration) []running {
	isClear := func(p running) bool {
		now, err := stat(p.pid)
		o.mu.Lock()
		defer o.mu.Unlock()
		return err != nil || now.ended || now.ident() != p.ident() || o.leaders[p.pid] != nil || o.kept[p.ident()] ||
			o.unclear[p.ident()]
	}
	end := time.Now().Add(d)
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		who = slices.DeleteFunc(who, isClear)
		rest := time.Until(end)
		if len(who) == 0 || rest <= 0 {
			break
		}
		time.Sleep(min(pause, rest))
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.DeleteFunc(who, func(p running) bool {
		said := o.unclear[p.ident()]
		o.unclear[p.ident()] = true
		return said
	})
}

// forgetGone forgets the processes that are no longer on the list of all.
func (o *offspring) forgetGone(all []running) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.kept) == 0 && len(o.unclear) == 0 {
		return
	}
	here := make(map[ident]bool, len(all))
	for _, p := range all {
		here[p.ident()] = !p.ended
	}
	for _, known := range []map[ident]bool{o.kept, o.unclear} {
		maps.DeleteFunc(known, func(id ident, _ bool) bool { return !here[id] })
	}
}
