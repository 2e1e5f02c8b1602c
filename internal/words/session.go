package words

import (
	"fmt"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
)

// maxAtRisk is how many jobs a text names.
const maxAtRisk = 3

// Why says why a session is not open: why it was closed, or which run will show whether it may open; or that the sign-in
// of a tool, which Curfew does not see, has yet to show that it is good. Empty: it is open, or nobody knows.
func Why(s contract.Session, at func(messages.Instant) string) string {
	switch {
	case s.State == messages.StateOpen && s.Unproven && s.Backend == nil:
		return "not proven yet"
	case s.State == messages.StateOpen:
		return ""
	case s.State == messages.StateClosed && s.RefreshError != nil:
		return "its refresh fails" // more useful than what closed it: a refresh would open it
	case s.State == messages.StateClosed && s.Reason == nil:
		return ""
	case s.State == messages.StateClosed:
		return messages.Closed(*s.Reason, orEmpty(s.Source))
	case s.FirstRun == nil:
		return "waits for its first run"
	case s.FirstRun.Slot.IsZero():
		return "its first run is running: " + s.FirstRun.Job
	default:
		return fmt.Sprintf("waits for its first run at %s: %s", at(s.FirstRun.Slot), s.FirstRun.Job)
	}
}

// Reported is the evidence for why a session is closed, and who reported it; empty: there is none.
func Reported(s contract.Session) (evidence, source string) {
	if s.State != messages.StateClosed || s.Reason == nil {
		return "", ""
	}
	return strings.TrimSuffix(Evidence(*s.Reason), "; "+s.SignIn), orEmpty(s.Source) // how to sign in is said besides
}

// SignIn says what a person does to open a session. A daemon that is older does not say so: then it is what follows from
// the rest that it says.
func SignIn(s contract.Session) string {
	if s.SignIn != "" {
		return s.SignIn
	}
	return messages.SignIn{Session: s.Name, Tool: s.Backend == nil, Noticed: len(s.Watched) > 0}.Text()
}

func orEmpty(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Outlook says in one line what is ahead of a session, or why it waits; empty: there is nothing to say. Slots are shown
// by at, and the other instants by exact.
func Outlook(s contract.Session, at, exact func(messages.Instant) string) string {
	switch {
	case !s.Until.IsZero():
		return fmt.Sprintf("session %s is out of quota; Curfew tries again at %s", s.Name, exact(s.Until))
	case s.WantsSignIn() && !s.OutageSince.IsZero() && s.OutageSince < s.Since:
		return fmt.Sprintf("session %s has not worked since %s, when this outage began", s.Name, exact(s.OutageSince))
	case s.Circuit != "" && s.Circuit != "closed":
		return fmt.Sprintf("the backend of session %s does not answer; its jobs wait, and one of them tries from time to time", s.Name)
	case len(s.AtRisk) > 0:
		var jobs []string
		for _, j := range s.AtRisk[:min(len(s.AtRisk), maxAtRisk)] {
			jobs = append(jobs, j.Job+" "+at(j.Slot))
		}
		if len(s.AtRisk) > maxAtRisk {
			jobs = append(jobs, "…")
		}
		return fmt.Sprintf("session %s ends at %s, before %s (%s)",
			s.Name, exact(s.ExpiresAt), Count(len(s.AtRisk), "job"), strings.Join(jobs, ", "))
	default:
		return ""
	}
}

// Troubles are what may keep a session from opening by itself, one line each.
func Troubles(s contract.Session) (lines []string) {
	if s.RefreshError != nil {
		lines = append(lines, fmt.Sprintf("session %s: its refresh fails, so it gets no new token: %s", s.Name, *s.RefreshError))
	}
	if s.WatchError != nil {
		lines = append(lines, fmt.Sprintf("session %s: a sign-in may go unnoticed: %s", s.Name, *s.WatchError))
	}
	return lines
}

// SignedInBy says who signed in to a session last; empty: nobody has.
func SignedInBy(s contract.Session) string {
	if s.RestoredBy == nil {
		return ""
	}
	switch by := *s.RestoredBy; by {
	case messages.ByRefresh:
		return "its refresh"
	case messages.ByFile:
		return "Curfew has noticed it: a file of signed_in_when has changed"
	case messages.ByCommand:
		return "Curfew has noticed it: the command of signed_in_when says yes"
	default:
		return by
	}
}
