package waker

import (
	"container/heap"
	"slices"
	"time"

	"curfew/messages"
)

// timers are the armed timers, the next one first. The zero value is empty.
type timers struct {
	heap  order
	byRun map[messages.RunID][]*timer // for dropping; a run has very few
	armed uint64                      // how many timers were ever armed
}

type timer struct {
	messages.Timer
	cause uint64    // seq of the fact from which it followed
	at    time.Time // with its monotonic reading
	no    uint64    // of timers that are due at the same moment, the first that was armed is first
	place int       // in the heap; -1: not in it
}

func (t *timers) arm(m messages.Timer, cause uint64, at time.Time) {
	t.armed++
	item := &timer{Timer: m, cause: cause, at: at, no: t.armed}
	heap.Push(&t.heap, item)
	if m.Run == "" {
		return
	}
	if t.byRun == nil {
		t.byRun = make(map[messages.RunID][]*timer)
	}
	t.byRun[m.Run] = append(t.byRun[m.Run], item)
}

func (t *timers) first() (next *timer, ok bool) {
	if len(t.heap) == 0 {
		return nil, false
	}
	return t.heap[0], true
}

func (t *timers) pop() {
	item := heap.Pop(&t.heap).(*timer)
	rest := slices.DeleteFunc(t.byRun[item.Run], func(o *timer) bool { return o == item })
	if len(rest) == 0 {
		delete(t.byRun, item.Run)
		return
	}
	t.byRun[item.Run] = rest
}

// drop forgets the timers of a run that is over.
func (t *timers) drop(run messages.RunID) {
	for _, item := range t.byRun[run] {
		heap.Remove(&t.heap, item.place)
	}
	delete(t.byRun, run)
}

// order is the heap.
type order []*timer

func (a order) Len() int { return len(a) }

func (a order) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].no < a[j].no
	}
	return a[i].at.Before(a[j].at)
}

func (a order) Swap(i, j int) {
	a[i], a[j] = a[j], a[i]
	a[i].place, a[j].place = i, j
}

func (a *order) Push(x any) {
	item := x.(*timer)
	item.place = len(*a)
	*a = append(*a, item)
}

func (a *order) Pop() any {
	last := len(*a) - 1
	item := (*a)[last]
	(*a)[last], *a = nil, (*a)[:last]
	item.place = -1
	return item
}
