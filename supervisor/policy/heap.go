package policy

import (
	"cmp"
	"container/heap"

	"curfew/messages"
)

// order is an order of jobs, by their next runs.
type order int

const (
	byStart order = iota // in which runs start: see before
	byTrial              // in which they are a session's canary: see triesBefore
	orders
)

// heapOf is jobs in an order, the first on top. A job is in at most one heap of each order, with its next run.
type heapOf struct {
	order order
	jobs  []*job
}

var _ heap.Interface = (*heapOf)(nil)

func (h *heapOf) Len() int { return len(h.jobs) }

func (h *heapOf) Less(a, b int) bool {
	if h.order == byTrial {
		return triesBefore(h.jobs[a], h.jobs[b])
	}
	return before(h.jobs[a], h.jobs[b])
}

func (h *heapOf) Swap(a, b int) {
	h.jobs[a], h.jobs[b] = h.jobs[b], h.jobs[a]
	h.jobs[a].at[h.order], h.jobs[b].at[h.order] = a, b
}

// Push is for container/heap.
func (h *heapOf) Push(x any) {
	j := x.(*job)
	j.in[h.order], j.at[h.order] = h, len(h.jobs)
	h.jobs = append(h.jobs, j)
}

// Pop is for container/heap.
func (h *heapOf) Pop() any {
	last := len(h.jobs) - 1
	j := h.jobs[last]
	h.jobs[last] = nil
	h.jobs = h.jobs[:last]
	j.in[h.order] = nil
	return j
}

// first is the job on top; nil if there is none.
func (h *heapOf) first() *job {
	if len(h.jobs) == 0 {
		return nil
	}
	return h.jobs[0]
}

// move puts the job to its place in a heap of that order; nil: into none.
func (j *job) move(o order, to *heapOf) {
	from := j.in[o]
	if from != nil && from == to {
		heap.Fix(to, j.at[o])
		return
	}
	if from != nil {
		heap.Remove(from, j.at[o])
	}
	if to != nil {
		heap.Push(to, j)
	}
}

// age is the run's first slot, or when a person asked for it if that made it.
func (r *run) age() messages.Instant {
	if !r.Asked.IsZero() {
		return r.Asked
	}
	return r.at(r.FirstSlot)
}

// before is the order of starts, for ration and lanes: by hand first, then the oldest, then the name. What
// comes later goes to the end, so that no job starves.
func before(a, b *job) bool {
	x, y := a.head, b.head
	if x.Hand != y.Hand {
		return x.Hand
	}
	return cmp.Or(
		cmp.Compare(x.age(), y.age()),
		cmp.Compare(x.FirstSlot, y.FirstSlot),
		cmp.Compare(x.Job, y.Job),
	) < 0
}

// triesBefore is the order of canaries: as before, but a run that has lost a session goes after those that have
// not, so that one odd job does not close the gate at each sign-in.
func triesBefore(a, b *job) bool {
	x, y := a.head, b.head
	if x.Hand != y.Hand {
		return x.Hand
	}
	if x.LastExpired != y.LastExpired {
		return x.LastExpired < y.LastExpired
	}
	return before(a, b)
}
