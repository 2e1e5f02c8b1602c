package policy

import (
	"time"

	"curfew/messages"
)

// The circuit of a session spares its jobs from finding out one by one that the backend cannot be reached. It is not a
// gate: no sign-in is needed; it opens and closes by the results of calls.
//
//	closed     calls go; circuitFailures unreachable answers in a row open it
//	open       no run of the session starts (hold circuit) until a timer goes off
//	half-open  one run, the first in the one order, tries; an answer of whatever kind closes the circuit,
//	           and what waited goes on at the pace of a release; no answer opens it again, for longer
//
// While it is not closed, an unreachable backend does not count against the run, which could not try.
const (
	circuitFailures = 5
	circuitPause    = 30 * time.Second
	circuitMaxPause = 10 * time.Minute
	// circuitNotice is how many times in a row it opens before people are told: a laptop that wakes up is
	// without network for a moment.
	circuitNotice = 3
)

// circuit is the state of a session's circuit; the zero value is closed.
type circuit struct {
	Failures int   // unreachable answers in a row, while it is closed
	Opened   int   // how many times it has opened since it was closed
	Until    alarm // while it is open: when it will be half-open
	Probe    messages.RunID
	Told     bool // people know
}

func (c *circuit) closed() bool   { return c.Opened == 0 }
func (c *circuit) halfOpen() bool { return c.Opened > 0 && !c.Until.set() }

// CircuitState is the state of a session's circuit.
type CircuitState string

// The states of a circuit.
const (
	CircuitClosed   CircuitState = "closed"
	CircuitOpen     CircuitState = "open"
	CircuitHalfOpen CircuitState = "half_open"
)

func (c *circuit) state() CircuitState {
	switch {
	case c.closed():
		return CircuitClosed
	case c.halfOpen():
		return CircuitHalfOpen
	default:
		return CircuitOpen
	}
}

// lets reports whether the circuit allows a run to start; first: no other run of the session goes before it.
func (c *circuit) lets(first bool) bool {
	return c.closed() || c.halfOpen() && c.Probe == "" && first
}

// applyUnreachable counts a call without an answer. Trial tells that the failure does not count against the
// run, trip that the circuit is to open.
func (s *session) applyUnreachable(probe bool) (trial, trip bool) {
	c := &s.Circuit
	if !c.closed() {
		return true, probe
	}
	c.Failures++
	return false, c.Failures >= circuitFailures
}

// applyReached closes the circuit; what waited is let go at the set pace.
func (m *Machine) applyReached(s *session) {
	if s == nil {
		return
	}
	if s.Circuit.closed() {
		s.Circuit.Failures = 0
		return
	}
	s.Circuit = circuit{Told: s.Circuit.Told}
	if s.State == messages.StateOpen && !s.Rationed && s.trials.count > 0 {
		m.applyRationBegun(s)
	}
	m.dirtyLanes(s)
	m.touchSession(s)
}

// trip opens the circuit, each time in a row for longer.
func (m *Machine) trip(s *session) {
	pause := circuitPause
	for range min(s.Circuit.Opened, 10) {
		pause = min(2*pause, circuitMaxPause)
	}
	m.wakeSession(s, messages.WakeCircuit, m.now.Add(pause))
	if s.Circuit.Opened == circuitNotice && !s.Circuit.Told {
		m.emit(messages.NotificationRequested{Notice: messages.NoticeBackendLost, Session: s.Config.Name, Since: m.now})
	}
}

// endCircuit tells people that a backend of which they were told is back.
func (m *Machine) endCircuit(s *session) {
	if s != nil && s.Circuit.closed() && s.Circuit.Told {
		m.emit(messages.NotificationRequested{Notice: messages.NoticeBackendBack, Session: s.Config.Name, Since: m.now})
	}
}
