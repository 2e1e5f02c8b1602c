package policy

import (
	"cmp"
	"container/heap"
	"slices"

	"curfew/messages"
)

// queue holds the jobs of one lane and one session that have a run ready to start, but for the gate,
// the ration and room in the lane; best first. A job is in at most one queue, with one run: the others
// wait for their predecessor. So closing a gate costs the same with one run waiting or a million.
type queue struct {
	lane    string
	session string // empty: ungated
	jobs    []*job
}

var _ heap.Interface = (*queue)(nil)

func (q *queue) Len() int           { return len(q.jobs) }
func (q *queue) Less(a, b int) bool { return before(q.jobs[a], q.jobs[b]) }
func (q *queue) Swap(a, b int) {
	q.jobs[a], q.jobs[b] = q.jobs[b], q.jobs[a]
	q.jobs[a].idx, q.jobs[b].idx = a, b
}

// Push is for container/heap.
func (q *queue) Push(x any) {
	j := x.(*job)
	j.q, j.idx = q, len(q.jobs)
	q.jobs = append(q.jobs, j)
}

// Pop is for container/heap.
func (q *queue) Pop() any {
	last := len(q.jobs) - 1
	j := q.jobs[last]
	q.jobs[last] = nil
	q.jobs = q.jobs[:last]
	j.q = nil
	return j
}

// before is the one order of canary, ration and lane: by hand first, then the last session_expired (so
// that a run which lost a session goes last), then the oldest slot, then the name.
func before(a, b *job) bool {
	x, y := a.next(), b.next()
	if x.Hand != y.Hand {
		return x.Hand
	}
	return cmp.Or(
		cmp.Compare(x.LastExpired, y.LastExpired),
		cmp.Compare(x.at(x.FirstSlot), y.at(y.FirstSlot)),
		cmp.Compare(x.FirstSlot, y.FirstSlot),
		cmp.Compare(x.Job, y.Job),
	) < 0
}

// next is the run of the job that would start next if gate, ration and lane allowed; nil if none.
func (j *job) next() *run {
	if j.busy != nil || j.gone || j.paused {
		return nil
	}
	for _, r := range j.runs {
		switch {
		case r.Final || r.Ask || r.Suspect:
			continue // it lets the others pass: it may wait for ever
		case r.Retry.set():
			return nil // the others wait for it
		default:
			return r
		}
	}
	return nil
}

// refresh puts the job where it belongs after any change of it or its runs.
func (m *Machine) refresh(j *job) {
	r := j.next()
	if r == nil {
		if q := j.q; q != nil {
			heap.Remove(q, j.idx)
			m.mark(q)
		}
		return
	}
	q := m.queue(j)
	if old := j.q; old != q {
		if old != nil {
			heap.Remove(old, j.idx)
			m.mark(old)
		}
		heap.Push(q, j)
	} else {
		heap.Fix(q, j.idx)
	}
	m.mark(q)
}

// mark lets settle look at the queue's lane; while its session is probing, at all lanes of the session,
// for another run may be the first in the one order now.
func (m *Machine) mark(q *queue) {
	m.dirty[q.lane] = true
	if s := m.sessions[q.session]; s != nil && (s.State == Probing || s.Circuit.halfOpen()) {
		m.dirtyLanes(s)
	}
}

// queue finds the queue of the job's lane and session.
func (m *Machine) queue(j *job) *queue {
	s := m.gate(j)
	l := m.lane(j.def.Actor)
	name := ""
	if s != nil {
		name = s.Config.Name
	}
	at, found := slices.BinarySearchFunc(l.queues, name, func(q *queue, n string) int { return cmp.Compare(q.session, n) })
	if found {
		return l.queues[at]
	}
	q := &queue{lane: l.name, session: name}
	l.queues = slices.Insert(l.queues, at, q)
	if s != nil {
		s.queues[l.name] = q
	}
	return q
}

// waiting reports whether any run of the session is ready but for gate, ration and lane.
func (s *session) waiting() bool {
	for _, q := range s.queues {
		if q.Len() > 0 {
			return true
		}
	}
	return false
}

// best is the session's first ready job in the one order, whatever its lane; nil if none.
func (s *session) best() *job {
	var first *job
	for _, q := range s.queues {
		if q.Len() > 0 && (first == nil || before(q.jobs[0], first)) {
			first = q.jobs[0]
		}
	}
	return first
}

// dirtyLanes marks every lane in which the session has runs.
func (m *Machine) dirtyLanes(s *session) {
	for name := range s.queues {
		m.dirty[name] = true
	}
}

// holds lists what keeps the run from starting, in the fixed order; none while it is in flight or final.
func (m *Machine) holds(r *run) []messages.Hold {
	if r.Final || r.InFlight {
		return nil
	}
	var hs []messages.Hold
	j := m.jobs[r.Job]
	if s := m.gate(j); s != nil && s.State != Open {
		hs = append(hs, messages.HoldSession)
	}
	if j.paused {
		hs = append(hs, messages.HoldPaused)
	}
	if r.Ask {
		hs = append(hs, messages.HoldAsk)
	}
	if r.Suspect {
		hs = append(hs, messages.HoldSuspect)
	}
	if s := m.gate(j); s != nil && !s.Circuit.closed() {
		hs = append(hs, messages.HoldCircuit)
	}
	return hs
}
