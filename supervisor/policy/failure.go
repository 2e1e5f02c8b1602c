package policy

import "curfew/messages"

// lostSession reports whether the failure is one of a session. Without a session nothing can expire: the
// class is then a permanent failure.
func lostSession(f messages.AttemptFailed) bool {
	return f.Class == messages.ClassSessionExpired && f.Session != ""
}

// ofOwnKey is the failure of a run that used a key of its own as the rules take it: whatever was answered to that key
// says nothing about the session. If it was turned away at the door, nothing was tried.
func ofOwnKey(f messages.AttemptFailed, r *run) messages.AttemptFailed {
	if r == nil || !r.ownKey() {
		return f
	}
	expired := f.Class == messages.ClassSessionExpired
	if expired {
		f.Class = messages.ClassTransient
	}
	switch {
	case expired && !f.Called:
		f.Detail = messages.DetailUnanswered
	case f.Detail != messages.DetailUnanswered:
		f.Detail = ""
	}
	return f
}

// outOfQuota reports whether the failure says that what the session may use is used up.
func outOfQuota(f messages.AttemptFailed) bool {
	return f.Detail == messages.DetailQuota && f.Session != "" && f.Class == messages.ClassRateLimited
}

// unreachable reports whether the failure says that the session's backend did not answer.
func unreachable(f messages.AttemptFailed) bool {
	return f.Detail == messages.DetailUnreachable && f.Session != "" && f.Class == messages.ClassTransient
}

// reached reports whether an attempt that failed like that has had an answer.
func reached(f messages.AttemptFailed) bool {
	if !f.Called || f.Detail == messages.DetailUnreachable || f.Detail == messages.DetailUnanswered {
		return false
	}
	switch f.Class {
	case messages.ClassSessionExpired, messages.ClassPermanent, messages.ClassTransient, messages.ClassRateLimited:
		return true
	default:
		return false // it was stopped, or broke down: that is unknown
	}
}

// triedNothing reports whether the attempt did not come to its work: what was asked before it, such as whether a CLI
// is signed in, got no answer.
func triedNothing(f messages.AttemptFailed) bool {
	return f.Detail == messages.DetailUnanswered && f.Class == messages.ClassTransient
}

// proves reports whether the attempt in flight of a run says something about its session: one with a key of its
// own does not. Of an unknown run it is assumed.
func (m *Machine) proves(id messages.RunID) bool {
	return !m.ownKeys[id]
}

// ownKey reports whether the last attempt of the run used a key of its own.
func (r *run) ownKey() bool { return r.StartDef != nil && r.StartDef.OwnKey }
