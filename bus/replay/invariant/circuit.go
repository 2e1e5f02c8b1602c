package invariant

import "curfew/messages"

// circuitBook is the circuit of a session by its rule: five calls in a row without an answer open it, a timer lets one
// run try, and any answer closes it.
type circuitBook struct {
	state    string // empty: closed; open; half
	failures int
	due      messages.Instant
	probe    messages.RunID
}

const circuitLimit = 5

func noAnswer(f messages.AttemptFailed) bool {
	return f.Class == messages.ClassTransient && f.Detail == messages.DetailUnreachable
}

// circuitReturned notes what the end of an attempt says about the circuit of its session. With a key of its own it says
// nothing.
func (c *checker) circuitReturned(r *runBook, run messages.RunID, answered, unanswered bool) {
	if r.session == "" || r.ownKey {
		return
	}
	b := &c.gate(r.session).circuit
	if b.probe == run {
		b.probe = ""
	}
	switch {
	case answered:
		*b = circuitBook{}
	case unanswered && b.state == "":
		if b.failures++; b.failures > circuitLimit {
			c.fail("circuit", "%d calls in a row without an answer, and the circuit of %s is still closed", b.failures, r.session)
		}
	}
}

func failureAnswered(f messages.AttemptFailed) bool {
	switch f.Class {
	case messages.ClassTimeout, messages.ClassPanic, messages.ClassInterrupted:
		return false
	default:
		return f.Called && f.Detail != messages.DetailUnreachable && f.Detail != messages.DetailUnanswered
	}
}

// circuitTimer notes that a circuit opens, or lets one run try.
func (c *checker) circuitTimer(t messages.Timer, woke bool) {
	if t.Why != messages.WakeCircuit {
		return
	}
	b := &c.gate(t.Session).circuit
	switch {
	case !woke && b.state == "" && b.failures < circuitLimit:
		c.fail("circuit", "the circuit of %s opens after %d calls without an answer", t.Session, b.failures)
	case !woke:
		*b = circuitBook{state: "open", due: t.Due}
	case b.state == "open" && b.due == t.Due:
		*b = circuitBook{state: "half"}
	}
}

// circuitStarted checks that no run of the session starts while its circuit is open, and one at a time while it is half
// open. A run with a key of its own is free.
func (c *checker) circuitStarted(b messages.AttemptStarted, r *runBook) {
	if r.ownKey {
		return
	}
	switch at := &c.gate(b.Session).circuit; at.state {
	case "open":
		c.fail("circuit", "%s starts while the circuit of %s is open", b.Job, b.Session)
	case "half":
		if at.probe != "" {
			c.fail("circuit", "%s starts beside the run that tries the backend of %s", b.Job, b.Session)
		}
		at.probe = b.Run
	}
}
