package policy

import (
	"curfew/messages"
)

// State changes in functions named apply*, and nowhere else, for facts and for decisions alike. Recovery runs them
// without deciding. What follows from the state (which lines and heaps a job is in) and what lasts for one Step is not
// state.

// applyFact takes in what a fact changes by itself.
func (m *Machine) applyFact(f messages.Fact) *event {
	m.slots = f.Topic() == messages.TopicDue
	switch f := f.(type) {
	case messages.RuntimeConfigured:
		m.applyConfigured(f)
	case messages.RuntimeStopped:
		m.stopped = true
	case messages.JobDefined:
		m.applyDefined(f)
	case messages.JobRemoved:
		m.applyRemoved(f)
	case messages.NodeJoined:
		return m.applyNodeJoined(f)
	case messages.NodeLost:
		return m.applyNodeLost(f)
	case messages.JobPaused:
		m.applyPause(f.Job, true)
	case messages.JobResumed:
		m.applyPause(f.Job, false)
	case messages.RunRequested:
		return m.applyRequested(f)
	case messages.ClockSetBack:
		m.applySetBack(f)
	case messages.AttemptSucceeded:
		return m.applySucceeded(&f)
	case messages.AttemptFailed:
		return m.applyFailed(f)
	case messages.AttemptInterrupted:
		return m.applyInterrupted(f)
	case messages.AttemptAbandoned:
		return m.applyAbandoned(f)
	case messages.SideEffectBegan:
		if r := m.run(f.Job, f.Run); r != nil && r.InFlight && r.Attempt == f.Attempt {
			m.keepImage(r.job)
			r.SideEffect = true
		}
	case messages.Woke:
		return m.applyWoke(f)
	case messages.SessionExpired:
		if s := m.session(f.Session); s != nil && f.Generation < s.Generation {
			s.LateCount++
		}
	case messages.SessionRestored:
		if s := m.session(f.Session); s != nil {
			s.SignedInBy = f.By
			if s.RestoredBy = f.By; !messages.BroughtByItself(f.By) {
				s.Refused = 0
			}
		}
	case messages.DeliveryFinished:
		m.applyDelivered(f)
	case messages.SessionConfirmed:
		if s := m.session(f.Session); s != nil && m.proves(f.Run) {
			s.applyConfirmed(f.Generation, f.Run)
			m.touchSession(s)
		}
	}
	return &m.event
}

// applyDecision takes in a decision, just made or recorded, and its record.
func (m *Machine) applyDecision(r messages.Record, d messages.Decision) {
	switch d := d.(type) {
	case messages.SlotSkipped:
		if j := m.jobs[d.Job]; j != nil {
			m.keepImage(j)
			m.applyJudged(j, max(d.Slot, d.Last))
			j.applySeldom().Skipped = &Skip{Slot: max(d.Slot, d.Last), Reason: d.Reason, At: m.now}
		}
	case messages.RunQueued:
		m.applyQueued(m.jobs[d.Job], &d)
	case messages.RunHeld:
		if r := m.run(d.Job, d.Run); r != nil {
			m.applyHeld(r, &d)
		}
	case messages.RunFinished:
		if r := m.run(d.Job, d.Run); r != nil {
			m.applyFinished(r, &d)
		}
	case messages.AttemptStarted:
		if r := m.run(d.Job, d.Run); r != nil {
			m.applyStarted(r, &d)
		}
	case messages.WakeScheduled:
		m.applyScheduled(&d)
	case messages.GateClosed:
		m.applyClosed(d)
	case messages.GateProbing:
		m.applyProbing(d)
	case messages.GateOpened:
		m.applyOpened(d)
	case messages.NotificationRequested:
		to := m.targets(r, d)
		m.applyNotification(d)
		m.applyTold(r, d, to)
		m.applyLetter(r, to)
	case messages.DeliveryRequested:
		m.applyDelivery(d)
		m.applyLetter(r, m.targets(r, d))
	case messages.ErrorReported:
		m.applyLetter(r, m.targets(r, d))
	}
}
