package cli

import (
	"fmt"
	"strings"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// remarks prints what else people should know about a session, one line each.
func remarks(s *sheet.Sheet, n contract.Session) {
	if n.RefreshError != nil {
		s.Line("session %s: its refresh fails, so it gets no new token: %s", n.Name, *n.RefreshError)
	}
	if n.WatchError != nil {
		s.Line("session %s: a sign-in may go unnoticed: %s", n.Name, *n.WatchError)
	}
	if line := outlook(s, n); line != "" {
		s.Line("%s", line)
	}
	if n.Undelivered != nil {
		s.Line("%s", n.Undelivered)
	}
}

// why says why a session is not open: why it was closed, or which run will show whether it may open. "-": it is open.
func why(s *sheet.Sheet, n contract.Session) string {
	switch {
	case n.State == messages.StateOpen:
		return "-"
	case n.State == messages.StateClosed && n.RefreshError != nil:
		return "its refresh fails" // more useful than what closed it: a refresh would open it
	case n.State == messages.StateClosed:
		return orDash(n.Reason)
	case n.FirstRun == nil:
		return "waits for its first run"
	case n.FirstRun.Slot.IsZero():
		return "its first run is running: " + n.FirstRun.Job
	default:
		return fmt.Sprintf("waits for its first run at %s: %s", s.Slot(n.FirstRun.Slot), n.FirstRun.Job)
	}
}

// outlook says in one line what lies ahead of a session, or why it waits; empty: there is nothing to say.
func outlook(s *sheet.Sheet, n contract.Session) string {
	switch {
	case !n.Until.IsZero():
		return fmt.Sprintf("session %s is out of quota; Curfew tries again at %s", n.Name, s.Both(n.Until))
	case n.Circuit != "" && n.Circuit != "closed":
		return fmt.Sprintf("the backend of session %s does not answer; its jobs wait, and one of them tries from time to time", n.Name)
	case len(n.AtRisk) > 0:
		var jobs []string
		for _, j := range n.AtRisk[:min(len(n.AtRisk), maxAtRisk)] {
			jobs = append(jobs, j.Job+" "+s.Slot(j.Slot))
		}
		if len(n.AtRisk) > maxAtRisk {
			jobs = append(jobs, "…")
		}
		return fmt.Sprintf("session %s ends at %s, before %s (%s)",
			n.Name, s.Both(n.ExpiresAt), words.Count(len(n.AtRisk), "job"), strings.Join(jobs, ", "))
	default:
		return ""
	}
}

// maxAtRisk is how many jobs a line names.
const maxAtRisk = 3
