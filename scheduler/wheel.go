package scheduler

import "curfew/messages"

// A Wheel keeps one due instant for each of many timers and tells which have gone off. It has no
// clock and starts nothing: whoever owns it takes the time and asks. It is not safe for concurrent use.
//
// Timers are named by small dense numbers (0, 1, 2, …), such as indexes of a table of jobs. Inside it
// is a heap with four children to a node, in three flat arrays without pointers: 16 bytes a timer,
// nothing for the garbage collector to follow. A wheel of buckets would be faster to insert into, but
// rounds to its tick and has a hand that cannot go back; a heap is exact to the millisecond and does
// not mind a clock that is set.
//
// The zero value is an empty wheel.
type Wheel struct {
	dues   []messages.Instant // in heap order
	ids    []int32            // beside dues
	places []int32            // by id: the index in dues plus 1; 0 if it is not armed
}

const branches = 4

// Len is how many timers are armed.
func (w *Wheel) Len() int { return len(w.ids) }

// Arm sets the timer to go off at due, whatever it was set to before. Memory grows with the largest
// id, which must not be negative.
func (w *Wheel) Arm(id int32, due messages.Instant) {
	for int(id) >= len(w.places) {
		w.places = append(w.places, 0)
	}
	i := int(w.places[id]) - 1
	if i < 0 {
		i = len(w.ids)
		w.ids = append(w.ids, id)
		w.dues = append(w.dues, due)
	}
	w.settle(i, id, due)
}

// Cancel takes the timer out, if it is armed.
func (w *Wheel) Cancel(id int32) {
	if int(id) >= len(w.places) || w.places[id] == 0 {
		return
	}
	i, last := int(w.places[id])-1, len(w.ids)-1
	movedID, moved := w.ids[last], w.dues[last]
	w.ids, w.dues = w.ids[:last], w.dues[:last]
	w.places[id] = 0
	if i < last {
		w.settle(i, movedID, moved)
	}
}

// NextDue is the earliest instant that a timer is set to; false if none is armed.
func (w *Wheel) NextDue() (messages.Instant, bool) {
	if len(w.dues) == 0 {
		return 0, false
	}
	return w.dues[0], true
}

// Expire takes out the timers that are due at now or before, at most limit of them, and hands them to
// f, the earliest first; timers of one instant come in no particular order. It says how many there
// were. f may arm and cancel timers; one that it arms at now or before comes again.
func (w *Wheel) Expire(now messages.Instant, limit int, f func(id int32, due messages.Instant)) int {
	n := 0
	for ; n < limit && len(w.dues) > 0 && w.dues[0] <= now; n++ {
		id, due := w.ids[0], w.dues[0]
		w.Cancel(id)
		f(id, due)
	}
	return n
}

// settle puts a timer into the hole at i, which moves up or down to where it belongs.
func (w *Wheel) settle(i int, id int32, due messages.Instant) {
	for i > 0 {
		parent := (i - 1) / branches
		if w.dues[parent] <= due {
			break
		}
		w.put(i, w.ids[parent], w.dues[parent])
		i = parent
	}
	for {
		child := w.least(i)
		if child < 0 || w.dues[child] >= due {
			break
		}
		w.put(i, w.ids[child], w.dues[child])
		i = child
	}
	w.put(i, id, due)
}

// least is the earliest child of i, or -1 if it has none.
func (w *Wheel) least(i int) int {
	first := i*branches + 1
	if first >= len(w.dues) {
		return -1
	}
	best := first
	for c := first + 1; c < min(first+branches, len(w.dues)); c++ {
		if w.dues[c] < w.dues[best] {
			best = c
		}
	}
	return best
}

func (w *Wheel) put(i int, id int32, due messages.Instant) {
	w.ids[i], w.dues[i] = id, due
	w.places[id] = int32(i) + 1
}
