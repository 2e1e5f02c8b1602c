package recorder

import (
	"cmp"
	"slices"
	"sync"

	"curfew/messages"
)

// Table holds every unfinished run, the newest [MaxFinished] finished ones, and the last run of every
// job. One goroutine applies the log in order; any number read. The zero value is empty and ready.
type Table struct {
	mu       sync.RWMutex
	runs     map[messages.RunID]*Run
	order    []place // oldest first
	gone     int     // places without a run
	finished []*Run  // oldest end first
	last     map[string]*Run
	pinned   map[*Run]bool // left finished, and still the last run of its job
	seq      uint64        // newest record applied
	moved    chan struct{} // closed when seq grows
}

// place is a run's place in the order; run is nil once it has left the table.
type place struct {
	seq uint64
	run *Run
}

// Apply takes in records in log order. A record that is not newer than what is there is passed over.
func (t *Table) Apply(records ...messages.Record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.runs == nil {
		t.runs, t.last, t.pinned = make(map[messages.RunID]*Run), make(map[string]*Run), make(map[*Run]bool)
	}
	before := t.seq
	for _, r := range records {
		if r.Seq > t.seq {
			t.apply(r)
			t.seq = r.Seq
		}
	}
	if t.seq > before && t.moved != nil {
		close(t.moved)
		t.moved = nil
	}
}

func (t *Table) apply(rec messages.Record) {
	switch m := rec.Body.(type) {
	case messages.RunQueued:
		t.queue(rec, m)
	case messages.RunHeld:
		if r := t.waiting(m.Run); r != nil {
			r.hold(m)
		}
	case messages.RunFinished:
		t.finish(rec.At, m)
	case messages.AttemptStarted:
		if r := t.waiting(m.Run); r != nil {
			r.start(rec.At, m)
		}
	case messages.WakeScheduled:
		if r := t.waiting(m.Run); r != nil && m.Why == messages.WakeRetry {
			r.Status = messages.StatusBackingOff
		}
	case messages.Woke:
		if r := t.waiting(m.Run); r != nil && m.Why == messages.WakeRetry && r.Status == messages.StatusBackingOff {
			r.Status = messages.StatusQueued
		}
	case messages.JobRemoved:
		t.forget(m.Job)
	default:
		t.applyEnd(rec)
	}
}

// applyEnd takes in the facts that end an attempt.
func (t *Table) applyEnd(rec messages.Record) {
	switch m := rec.Body.(type) {
	case messages.AttemptSucceeded:
		t.end(rec.At, m.AttemptRef, Attempt{Called: m.Called}, m.Output)
	case messages.AttemptFailed:
		t.end(rec.At, m.AttemptRef, Attempt{Called: m.Called, Class: m.Class, Error: m.Error}, m.Output)
	case messages.AttemptInterrupted:
		t.end(rec.At, m.AttemptRef, Attempt{Called: m.Called, Class: messages.ClassInterrupted, Error: string(m.Why)}, m.Output)
	case messages.AttemptAbandoned:
		t.end(rec.At, m.AttemptRef, Attempt{
			Called: true, Class: messages.ClassInterrupted, Error: "abandoned: it did not return when it was told to stop",
		}, "")
	}
}

func (t *Table) end(at messages.Instant, ref messages.AttemptRef, a Attempt, output string) {
	if r := t.runs[ref.Run]; r != nil {
		r.end(at, ref, a, output)
	}
}

// waiting is the run if it is there and not over.
func (t *Table) waiting(id messages.RunID) *Run {
	if r := t.runs[id]; r != nil && !r.Final() {
		return r
	}
	return nil
}

func (t *Table) queue(rec messages.Record, m messages.RunQueued) {
	if t.runs[m.Run] != nil {
		return
	}
	r := &Run{
		ID: m.Run, Job: m.Job, Slot: m.Slot, FirstSlot: m.FirstSlot, Missed: m.Missed, Trigger: m.Trigger,
		Status: messages.StatusQueued, QueuedAt: rec.At, seq: rec.Seq,
	}
	t.runs[m.Run] = r
	t.order = append(t.order, place{rec.Seq, r})
	t.setLast(r)
}

func (t *Table) finish(at messages.Instant, m messages.RunFinished) {
	r := t.waiting(m.Run)
	if r == nil {
		return
	}
	r.Status, r.Reason, r.Holds, r.FinishedAt = m.Status, m.Reason, nil, at
	if m.Reason == messages.FinishCoalesced && t.last[r.Job] == r {
		// Its slots live on in another run: that one is what happened last.
		delete(t.last, r.Job)
		if into := t.runs[m.Into]; into != nil {
			t.setLast(into)
		}
	}
	t.finished = append(t.finished, r)
	for len(t.finished) > MaxFinished {
		old := t.finished[0]
		t.finished[0] = nil
		t.finished = t.finished[1:]
		if t.last[old.Job] == old {
			old.Output = "" // there may be a million jobs
			t.pinned[old] = true
			continue
		}
		t.drop(old)
	}
}

// setLast makes the run the last one of its job.
func (t *Table) setLast(r *Run) {
	t.unpin(t.last[r.Job])
	t.last[r.Job] = r
}

// forget lets the last run of a job that is gone leave the table like any other.
func (t *Table) forget(job string) {
	t.unpin(t.last[job])
	delete(t.last, job)
}

func (t *Table) unpin(r *Run) {
	if t.pinned[r] {
		delete(t.pinned, r)
		t.drop(r)
	}
}

// drop takes a run out of the table. Its place in the order is closed up when half of them are empty.
func (t *Table) drop(r *Run) {
	delete(t.runs, r.ID)
	t.order[t.before(r.seq)].run = nil
	if t.gone++; t.gone > len(t.order)/2 {
		t.order = slices.DeleteFunc(t.order, func(p place) bool { return p.run == nil })
		t.gone = 0
	}
}

// before is how many places come before the seq.
func (t *Table) before(seq uint64) int {
	i, _ := slices.BinarySearchFunc(t.order, seq, func(p place, seq uint64) int { return cmp.Compare(p.seq, seq) })
	return i
}
