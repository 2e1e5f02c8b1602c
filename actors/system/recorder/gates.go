package recorder

import "curfew/messages"

// MaxGates is how many changes of gates are remembered, of all sessions, the newest.
const MaxGates = 10_000

// Gate is a change of a session's gate.
type Gate struct {
	Seq     uint64
	At      messages.Instant
	Session string
	State   messages.GateState
	Reason  string           // of a closed one
	Until   messages.Instant // of one that is closed for a quota
}

// Gates are the changes of a span.
type Gates struct {
	// Changes are in the order of the log. The newest one of each session before the span is among them.
	Changes []Gate
	// Known is the instant from which on all changes are known; zero: none is.
	Known messages.Instant
}

// GateOf is the change that a record makes; false: it makes none.
func GateOf(rec messages.Record) (Gate, bool) {
	g := Gate{Seq: rec.Seq, At: rec.At}
	switch m := rec.Body.(type) {
	case messages.GateClosed:
		g.Session, g.State, g.Reason, g.Until = m.Session, messages.StateClosed, m.Reason, m.Until
	case messages.GateProbing:
		g.Session, g.State = m.Session, messages.StateProbing
	case messages.GateOpened:
		g.Session, g.State = m.Session, messages.StateOpen
	default:
		return Gate{}, false
	}
	return g, true
}

// Same reports whether the gate is as it was: a session that gets its next token stays open.
func (g Gate) Same(was Gate) bool {
	return g.State == was.State && g.Reason == was.Reason && g.Until == was.Until
}
