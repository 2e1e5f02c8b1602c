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
//
// Nearly all jobs come in the order in which they leave: slots fall due by time and then by name. So a job that comes
// after all in the row goes to its end, and only the others into the heap, which costs a dozen comparisons to leave.
type heapOf struct {
	order order
	row   []*job // sorted; nil: a job that has left
	gone  int    // how many have left at the front of the row
	jobs  []*job // the heap
	count int    // jobs in row and heap
}

// inRow is the place of a job that is in the row: below 0, where those in the heap are 0 and above. It is its own inverse.
func inRow(index int) int { return -1 - index }

var _ heap.Interface = (*heapOf)(nil)

// Len is for container/heap: how many jobs are in the heap.
func (h *heapOf) Len() int { return len(h.jobs) }

// Less is for container/heap.
func (h *heapOf) Less(a, b int) bool { return h.less(h.jobs[a], h.jobs[b]) }

func (h *heapOf) less(a, b *job) bool {
	if h.order == byTrial {
		return triesBefore(a, b)
	}
	return before(a, b)
}

// Swap is for container/heap.
func (h *heapOf) Swap(a, b int) {
	h.jobs[a], h.jobs[b] = h.jobs[b], h.jobs[a]
	h.jobs[a].at[h.order], h.jobs[b].at[h.order] = int32(a), int32(b)
}

// Push is for container/heap.
func (h *heapOf) Push(x any) {
	j := x.(*job)
	j.at[h.order] = int32(len(h.jobs))
	h.jobs = append(h.jobs, j)
}

// Pop is for container/heap.
func (h *heapOf) Pop() any {
	last := len(h.jobs) - 1
	j := h.jobs[last]
	h.jobs[last] = nil
	h.jobs = h.jobs[:last]
	return j
}

// first is the job on top; nil if there is none.
func (h *heapOf) first() *job {
	var row, top *job
	if h.gone < len(h.row) {
		row = h.row[h.gone]
	}
	if len(h.jobs) > 0 {
		top = h.jobs[0]
	}
	if row == nil || top != nil && h.less(top, row) {
		return top
	}
	return row
}

// put takes a job in that is in no heap of this order.
func (h *heapOf) put(j *job) {
	j.in[h.order] = h
	h.count++
	if n := len(h.row); n > 0 && h.less(j, h.row[n-1]) {
		heap.Push(h, j)
		return
	}
	if live := h.count - len(h.jobs); len(h.row) == cap(h.row) && live <= len(h.row)/2 {
		h.tidy() // rather than to grow
	}
	j.at[h.order] = int32(inRow(len(h.row)))
	h.row = append(h.row, j)
}

// take takes a job out.
func (h *heapOf) take(j *job) {
	j.in[h.order] = nil
	h.count--
	at := int(j.at[h.order])
	if at >= 0 {
		heap.Remove(h, at)
		return
	}
	h.row[inRow(at)] = nil
	for h.gone < len(h.row) && h.row[h.gone] == nil {
		h.gone++
	}
	if h.gone == len(h.row) {
		h.row, h.gone = h.row[:0], 0
	}
	for n := len(h.row); n > 0 && h.row[n-1] == nil; n-- { // the last of the row is one that is there
		h.row = h.row[:n-1]
	}
}

// stays reports whether a job of the row is still between its neighbours.
func (h *heapOf) stays(j *job) bool {
	at := inRow(int(j.at[h.order]))
	if at > h.gone && (h.row[at-1] == nil || h.less(j, h.row[at-1])) {
		return false
	}
	return at+1 == len(h.row) || h.row[at+1] != nil && !h.less(h.row[at+1], j)
}

// tidy closes the gaps in the row.
func (h *heapOf) tidy() {
	n := 0
	for _, j := range h.row[h.gone:] {
		if j != nil {
			h.row[n], j.at[h.order] = j, int32(inRow(n))
			n++
		}
	}
	clear(h.row[n:])
	h.row, h.gone = h.row[:n], 0
}

// move puts the job to its place in a heap of that order; nil: into none.
func (j *job) move(o order, to *heapOf) {
	from := j.in[o]
	switch {
	case from == nil || from != to:
	case j.at[o] >= 0:
		heap.Fix(to, int(j.at[o]))
		return
	case to.stays(j):
		return
	}
	if from != nil {
		from.take(j)
	}
	if to != nil {
		to.put(j)
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
	if m, n := x.age(), y.age(); m != n {
		return m < n
	}
	return cmp.Or(cmp.Compare(x.FirstSlot, y.FirstSlot), cmp.Compare(x.Job, y.Job)) < 0
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
