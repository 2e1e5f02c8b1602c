package words

import (
	"curfew/internal/contract"
	"curfew/messages"
)

// Evidence is what was reported when a gate closed, as it was reported, such as the answer of a backend. Empty: there is
// no more to it than [messages.Closed] says.
func Evidence(reason string) string {
	switch reason {
	case messages.ReasonSignedOut, messages.ReasonQuota, messages.ReasonRemoved:
		return ""
	default:
		return reason
	}
}

// Gate is a session and its state, with why it is not open: "default (closed: nobody has signed in yet)".
func Gate(s contract.Session, at func(messages.Instant) string) string {
	state := State(s.State)
	if why := Why(s, at); why != "" {
		state += ": " + why
	}
	return s.Name + " (" + state + ")"
}
