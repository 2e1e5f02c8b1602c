package invariant

import (
	"curfew/messages"
)

// idleLimit is from how many attempts in a row without any try they count.
const idleLimit = 10

// countsAgainst reports whether a failure counts against its run. It does not if the session expired or its quota is
// used up, if the backend did not answer while its circuit was not closed, or if nothing was tried. With a key of the
// run's own every answer counts.
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
