package policy

import (
	"time"

	"curfew/messages"
)

// Pending is a timer that has not gone off.
type Pending struct {
	messages.Timer
	At    messages.Instant // its due by the clock as it is now
	Span  time.Duration    // from the decision to its due
	Cause uint64           // seq of the fact from which it followed
}

// Wait is how long to wait for the timer from now on, after a restart: until its due, but never longer
// than it was to take in the first place, for the wall clock may have been set back meanwhile.
func (p Pending) Wait(now messages.Instant) time.Duration { return min(p.At.Sub(now), p.Span) }

// Timers lists the timers that have not gone off, in a fixed order: a restart arms them again.
func (m *Machine) Timers() []Pending {
	var out []Pending
	add := func(t messages.Timer, a alarm) {
		if t.Due = a.Due; a.set() {
			out = append(out, Pending{t, a.at(), a.Span, a.Cause})
		}
	}
	add(messages.Timer{Why: messages.WakeTell}, m.tell)
	for _, name := range sorted(m.sessions) {
		s := m.sessions[name]
		add(messages.Timer{Session: name, Why: messages.WakeCanaryWait}, s.CanaryWait)
		add(messages.Timer{Session: name, Why: messages.WakeRelease}, s.Tick)
		add(messages.Timer{Session: name, Why: messages.WakeQuota}, s.Quota)
		add(messages.Timer{Session: name, Why: messages.WakeCircuit}, s.Circuit.Until)
		add(messages.Timer{Session: name, Why: messages.WakeForecast}, s.Forecast)
	}
	for _, j := range m.withRuns() {
		for _, r := range j.runs {
			add(messages.Timer{Run: r.ID, Job: r.Job, Why: messages.WakeRetry}, r.Retry)
			add(messages.Timer{Run: r.ID, Job: r.Job, Why: messages.WakeAsk}, r.Answer)
		}
	}
	return out
}
