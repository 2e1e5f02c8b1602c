package explain

import (
	"fmt"

	"curfew/messages"
)

// silence is a time in which nothing was recorded.
type silence struct{ from, to messages.Instant }

// Fleet reports whether a node was among the records so far. A daemon on its own says when it starts, so of that one nothing
// is asked about silences.
func (e *Explainer) Fleet() bool { return e.nodes != nil }

// Silent says, before a SlotsMissed of that seq is added, between which records the first of its slots passed. In a fleet
// that is a time in which no node decided: servers that were away, or all nodes. Its log has no other record of such a time,
// for nobody could write one.
func (e *Explainer) Silent(seq uint64, from, to messages.Instant) {
	if e.silent == nil || len(e.silent) == maxSubjects {
		e.silent = make(map[uint64]silence)
	}
	e.silent[seq] = silence{from, to}
}

// undecided says of slots that were missed that no node decided; empty: it is not known, or the daemon is on its own.
func (e *Explainer) undecided(missed uint64) string {
	s, ok := e.silent[missed]
	if !ok {
		return ""
	}
	return fmt.Sprintf("while no node decided: nothing is recorded from %s to %s", e.clock(s.from), e.clock(s.to))
}
