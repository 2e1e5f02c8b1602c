package policy

import (
	"curfew/messages"
)

// maxStarts bounds the runs that one Step starts or finds stale.
const maxStarts = 1024

// settle starts what can start, ends what has run its course, and says what only then is known.
func (m *Machine) settle() {
	budget := maxStarts
	for budget > 0 {
		j := m.pick()
		if j == nil {
			clear(m.dirty)
			break
		}
		budget--
		m.start(j)
	}
	if budget == 0 {
		m.goOn()
	}
	for _, r := range m.late {
		m.hold(r, m.holds(r), nil)
	}
	m.late = m.late[:0]
	for _, name := range sorted(m.touched) {
		m.endRation(m.sessions[name])
		m.endOutage(m.sessions[name])
	}
	clear(m.touched)
}

// pick is the first job in the one order that may start now: its gate lets it, its lane has room. A
// canary goes to the head of its lane.
func (m *Machine) pick() *job {
	var first *job
	firstCanary := false
	for name := range m.dirty {
		l := m.lanes[name]
		if l.busy >= l.size {
			continue
		}
		for _, q := range l.queues {
			if q.Len() == 0 {
				continue
			}
			ok, canary := m.lets(q)
			if !ok {
				continue
			}
			j := q.jobs[0]
			if first == nil || (canary && !firstCanary) || (canary == firstCanary && before(j, first)) {
				first, firstCanary = j, canary
			}
		}
	}
	return first
}

// lets reports whether the gate and the ration of the queue's session allow its head to start, and
// whether it would be the canary.
func (m *Machine) lets(q *queue) (ok, canary bool) {
	if q.session == "" {
		return true, false
	}
	s := m.sessions[q.session]
	if s.Config.Lane > 0 && s.busy >= s.Config.Lane {
		return false, false // the session's own lane is full; other sessions go on
	}
	if !s.Circuit.lets(s.best() == q.jobs[0]) {
		return false, false
	}
	switch s.State {
	case Open:
		return !s.Rationed || s.Credits > 0, false
	case Probing:
		return s.Canary == "" && s.best() == q.jobs[0], true
	default:
		return false, false
	}
}

// start begins the next attempt of the job's next run, unless it is too old by now.
func (m *Machine) start(j *job) {
	r := j.next()
	if r.stale(m.now, j.def) {
		m.finish(r, messages.StatusStale, messages.FinishStaleAfter)
		return
	}
	d := messages.AttemptStarted{Run: r.ID, Job: r.Job, Attempt: r.Attempt + 1, Slot: r.Slot}
	s := m.gate(j)
	if s == nil {
		m.emit(d)
		return
	}
	d.Session, d.Generation, d.Canary = s.Config.Name, s.Generation, s.State == Probing
	m.emit(d)
	switch {
	case d.Canary:
		m.wakeSession(s, messages.WakeCanaryWait, m.now.Add(m.release.CanaryWait.D()))
	case s.Rationed && !s.Tick.set():
		m.wakeSession(s, messages.WakeRelease, m.now.Add(m.tick()))
	}
}

// goOn asks for a further fact for every session of which more could start than one Step may start. A lane
// without a session stays marked and goes on with whatever fact comes next.
func (m *Machine) goOn() {
	for _, name := range sorted(m.sessions) {
		s := m.sessions[name]
		if !s.Tick.set() && (s.State == Probing && s.Canary == "" || s.State == Open && s.Credits > 0) && s.waiting() {
			m.wakeSession(s, messages.WakeRelease, m.now)
		}
	}
}

func (m *Machine) wakeSession(s *session, why messages.WakeReason, due messages.Instant) {
	m.emit(messages.WakeScheduled{Timer: messages.Timer{Session: s.Config.Name, Why: why, Due: due}})
}

func (m *Machine) wakeRun(r *run, why messages.WakeReason, due messages.Instant) {
	m.emit(messages.WakeScheduled{Timer: messages.Timer{Run: r.ID, Job: r.Job, Why: why, Due: due}})
}

func (m *Machine) finish(r *run, status messages.Status, reason messages.FinishReason) {
	m.emit(messages.RunFinished{Run: r.ID, Job: r.Job, Status: status, Reason: reason})
}
