package policy

import (
	"time"

	"curfew/messages"
)

// alarm is a timer that has not gone off; the zero value is none.
type alarm struct {
	Due   messages.Instant
	Span  time.Duration // from the decision to Due
	Cause uint64        // the fact from which the timer followed
	Back  time.Duration `json:",omitzero"` // how far the clock was set back since
}

func (a alarm) set() bool { return !a.Due.IsZero() }

// at is when the timer goes off by the clock as it is now. Due is what the timer is known by: it stays as it was
// written.
func (a alarm) at() messages.Instant {
	if !a.set() {
		return 0
	}
	return a.Due.Add(-a.Back)
}

func (a *alarm) applySetBack(by time.Duration) {
	if a.set() {
		a.Back += by
	}
}

func (m *Machine) alarm(d *messages.WakeScheduled) alarm {
	return alarm{Due: d.Due, Span: d.Due.Sub(m.now), Cause: m.seq}
}

func (m *Machine) wakeSession(s *session, why messages.WakeReason, due messages.Instant) {
	m.emitWake(messages.WakeScheduled{Timer: messages.Timer{Session: s.Config.Name, Why: why, Due: due}})
}

func (m *Machine) wakeRun(r *run, why messages.WakeReason, due messages.Instant) {
	m.emitWake(messages.WakeScheduled{Timer: messages.Timer{Run: r.ID, Job: r.Job, Why: why, Due: due}})
}
