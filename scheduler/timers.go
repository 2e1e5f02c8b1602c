package scheduler

import "curfew/messages"

// Timers keeps one due instant for each of many timers and tells which have gone off. It has no
// clock and starts nothing: its owner reads the time and asks. It is not safe for concurrent use.
//
// Timers are named by small dense numbers (0, 1, 2, …), such as indexes of a table of jobs. Inside it
// is a heap with four children to a node, in three flat arrays without pointers: 16 bytes a timer,
// nothing for the garbage collector to follow. A wheel of buckets would be faster to insert into, but
// rounds to its tick and has a hand that cannot go back; a heap is exact to the millisecond and does
// not mind a clock that is set.
//
// The zero value has no timer armed.
type Timers struct {
	dues   []messages.Instant // in heap order
	ids    []int32            // beside dues
	places []int32            // by id: the index in dues plus 1; 0 if it is not armed
}

const branches = 4

// Len is how many timers are armed.
func (t *Timers) Len() int { return len(t.ids) }

// Arm sets the timer to go off at due, whatever it was set to before. Memory grows with the largest
// id, which must not be negative.
func (t *Timers) Arm(id int32, due messages.Instant) {
	for int(id) >= len(t.places) {
		t.places = append(t.places, 0)
	}
	i := int(t.places[id]) - 1
	if i < 0 {
		i = len(t.ids)
		t.ids = append(t.ids, id)
		t.dues = append(t.dues, due)
	}
	t.settle(i, id, due)
}

// Cancel takes the timer out, if it is armed.
func (t *Timers) Cancel(id int32) {
	if int(id) >= len(t.places) || t.places[id] == 0 {
		return
	}
	i, last := int(t.places[id])-1, len(t.ids)-1
	movedID, moved := t.ids[last], t.dues[last]
	t.ids, t.dues = t.ids[:last], t.dues[:last]
	t.places[id] = 0
	if i < last {
		t.settle(i, movedID, moved)
	}
}

// NextDue is the earliest instant that a timer is set to; false if none is armed.
func (t *Timers) NextDue() (messages.Instant, bool) {
	if len(t.dues) == 0 {
		return 0, false
	}
	return t.dues[0], true
}

// Expire takes out the timers that are due at now or before, and hands them to f in no particular
// order. f must leave the timers alone.
func (t *Timers) Expire(now messages.Instant, f func(id int32, due messages.Instant)) {
	few := 16 + len(t.dues)/64 // as many are taken out one by one; to go through all is cheaper for more
	for ; few > 0 && len(t.dues) > 0 && t.dues[0] <= now; few-- {
		f(t.ids[0], t.dues[0])
		t.Cancel(t.ids[0])
	}
	if len(t.dues) > 0 && t.dues[0] <= now {
		t.sweep(now, f)
	}
}

// sweep is Expire for many timers.
func (t *Timers) sweep(now messages.Instant, f func(id int32, due messages.Instant)) {
	kept := 0
	for i, due := range t.dues {
		id := t.ids[i]
		if due <= now {
			t.places[id] = 0
			f(id, due)
			continue
		}
		t.put(kept, id, due)
		kept++
	}
	t.ids, t.dues = t.ids[:kept], t.dues[:kept]
	for i := (kept+branches-2)/branches - 1; i >= 0; i-- { // the last that has a child is the first
		t.sink(i, t.ids[i], t.dues[i])
	}
}

// settle puts a timer into the hole at i, which moves up or down to where it belongs.
func (t *Timers) settle(i int, id int32, due messages.Instant) {
	for i > 0 {
		parent := (i - 1) / branches
		if t.dues[parent] <= due {
			break
		}
		t.put(i, t.ids[parent], t.dues[parent])
		i = parent
	}
	t.sink(i, id, due)
}

// sink puts a timer into the hole at i, which moves down to where it belongs.
func (t *Timers) sink(i int, id int32, due messages.Instant) {
	for {
		child := t.least(i)
		if child < 0 || t.dues[child] >= due {
			break
		}
		t.put(i, t.ids[child], t.dues[child])
		i = child
	}
	t.put(i, id, due)
}

// least is the earliest child of i, or -1 if it has none.
func (t *Timers) least(i int) int {
	first := i*branches + 1
	if first >= len(t.dues) {
		return -1
	}
	best := first
	for c := first + 1; c < min(first+branches, len(t.dues)); c++ {
		if t.dues[c] < t.dues[best] {
			best = c
		}
	}
	return best
}

func (t *Timers) put(i int, id int32, due messages.Instant) {
	t.ids[i], t.dues[i] = id, due
	t.places[id] = int32(i) + 1
}
