package invariant

import "curfew/messages"

// circuitBook is the circuit of a session, kept by its rule: five calls without an answer in a row open it,
// a timer lets one run try, any answer closes it.
type circuitBook struct {
	state    string // empty: closed; open; half
	failures int
	due      messages.Instant
	probe    messages.RunID
}

const circuitLimit = 5

// idleLimit: from this many attempts in a row on that tried nothing, they count.
const idleLimit = 10

// countsAgainst reports whether a failure counts against its run: not if the session expired or its quota is
// used up, nor if its backend did not answer while everybody knew that it does not, nor if nothing was tried. What is
// answered to a key of the run's own always counts.
func (c *checker) countsAgainst(f messages.AttemptFailed, r *runBook) bool {
	lost := f.Session != "" && f.Class == messages.ClassSessionExpired
	if r.idle++; !(f.Class == messages.ClassTransient && f.Detail == messages.DetailUnanswered || lost && r.ownKey && !f.Called) {
		r.idle = 0
	}
	switch {
	case r.idle > 0:
		return r.idle >= idleLimit
	case f.Session == "", r.ownKey:
		return true
	case lost:
		return false
	case f.Class == messages.ClassRateLimited && f.Detail == messages.DetailQuota:
		return false
	default:
		return !(noAnswer(f) && c.gate(f.Session).circuit.state != "")
	}
}

func noAnswer(f messages.AttemptFailed) bool {
	return f.Class == messages.ClassTransient && f.Detail == messages.DetailUnreachable
}

// circuitReturned is what the return of an attempt says about the circuit of its session; nothing, with a key of
// its own.
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

// circuitTimer is a circuit that opens, or lets one run try.
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

// circuitStarted: while the circuit is open nothing of it starts, while it is half-open one run at a time. A key of
// one's own goes elsewhere.
func (c *checker) circuitStarted(b messages.AttemptStarted, r *runBook) {
	if r.ownKey {
		return
	}
	switch at := &c.gate(b.Session).circuit; at.state {
	case "open":
		c.fail("circuit", "%s starts while the circuit of %s is open", b.Job, b.Session)
	case "half":
		if at.probe != "" {
			c.fail("circuit", "%s starts beside the one that tries the backend of %s", b.Job, b.Session)
		}
		at.probe = b.Run
	}
}
