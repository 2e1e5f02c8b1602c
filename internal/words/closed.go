package words

import (
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
)

// Closed says in plain words why a gate is closed. Reason and source are those of what closed it.
func Closed(reason, source string) string {
	job, refused := refusedJob(source)
	switch {
	case reason == messages.ReasonSignedOut && source == messages.SourceConfig:
		return "nobody has signed in yet"
	case reason == messages.ReasonSignedOut:
		return phrase("signed out", by(source))
	case reason == messages.ReasonQuota:
		return "its quota is used up"
	case reason == messages.ReasonRemoved:
		return "the job file no longer has it"
	case source == messages.SourceForecast:
		return "its token has lapsed"
	case refused:
		return "the sign-in was refused when job " + job + " used it"
	case source == "":
		return "its sign-in has expired"
	default:
		return source + " says that its sign-in has expired"
	}
}

// Evidence is what was reported when a gate closed, as it was reported, such as the answer of a backend. Empty: there is
// no more to it than [Closed] says.
func Evidence(reason string) string {
	switch reason {
	case messages.ReasonSignedOut, messages.ReasonQuota, messages.ReasonRemoved:
		return ""
	default:
		return reason
	}
}

// refusedJob is the job in one of whose attempts a sign-in was refused.
func refusedJob(source string) (job string, ok bool) {
	for _, seen := range []string{"agent:", "attempt:"} {
		if job, ok = strings.CutPrefix(source, seen); ok {
			return job, true
		}
	}
	return "", false
}

// Gate is a session and its state, with why it is not open: "default (closed: nobody has signed in yet)".
func Gate(s contract.Session, at func(messages.Instant) string) string {
	state := State(s.State)
	if why := Why(s, at); why != "" {
		state += ": " + why
	}
	return s.Name + " (" + state + ")"
}
