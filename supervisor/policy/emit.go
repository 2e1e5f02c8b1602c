package policy

import "curfew/messages"

// A rule makes a decision by one of these. It is applied at once, so that the next one sees it.

// emit makes a decision of any type but those below.
func (m *Machine) emit(d messages.Decision) {
	n := m.out.Len()
	add(&m.out, otherDecision, &m.out.others, d)
	r := messages.Record{Seq: m.seq + uint64(n) + 1, At: m.now, Cause: m.seq, PolicyVersion: Version, Body: d}
	if d.Topic() == messages.TopicOutbox {
		r.ID = messages.DerivedID(m.seq, n) // a hash; no other decision needs it here
	}
	m.applyDecision(r, d)
}

func (m *Machine) emitQueued(j *job, d messages.RunQueued) *run {
	return m.applyQueued(j, add(&m.out, runQueued, &m.out.queued, d))
}

func (m *Machine) emitHeld(r *run, d messages.RunHeld) {
	m.applyHeld(r, add(&m.out, runHeldAgain, &m.out.held, d))
}

func (m *Machine) emitStarted(r *run, d messages.AttemptStarted) {
	m.applyStarted(r, add(&m.out, attemptStarted, &m.out.started, d))
}

func (m *Machine) emitFinished(r *run, d messages.RunFinished) {
	m.applyFinished(r, add(&m.out, runFinished, &m.out.finished, d))
}

func (m *Machine) emitWake(d messages.WakeScheduled) {
	m.applyScheduled(add(&m.out, wakeScheduled, &m.out.wakes, d))
}
