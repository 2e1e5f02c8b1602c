package invariant

import (
	"curfew/bus/replay/brief"
	"curfew/messages"
)

// ofOwnKey reports whether a fact is about an attempt that uses a key of its own.
func (c *checker) ofOwnKey(f messages.Body) bool {
	switch f.(type) {
	case messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted, messages.AttemptAbandoned, messages.SessionConfirmed:
		r := c.runs[messages.RunOf(f)]
		return r != nil && r.ownKey
	}
	return false
}

// silent checks the sentence of design §5 about runs with a key of their own: they say nothing about their session.
// They move neither its gate nor its circuit.
func (c *checker) silent(b messages.Body) {
	if !c.ofOwn {
		return
	}
	switch b := b.(type) {
	case messages.GateClosed, messages.GateProbing, messages.GateOpened:
		c.fail("§5", "a run with a key of its own moves the gate: %s", brief.Of(b))
	case messages.WakeScheduled:
		if b.Why == messages.WakeCircuit {
			c.fail("§5", "a run with a key of its own opens the circuit of %s", b.Session)
		}
	}
}
