package cli

import (
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

// remarks prints what else people should know about a session, one line each.
func remarks(s *sheet.Sheet, n contract.Session) {
	for _, line := range words.Troubles(n) {
		s.Line("%s", line)
	}
	if line := words.Outlook(n, s.Slot, s.Both); line != "" {
		s.Line("%s", line)
	}
	if n.Undelivered != nil {
		s.Line("%s", n.Undelivered)
	}
}

// why says why a session is not open. "-": it is open.
func why(s *sheet.Sheet, n contract.Session) string {
	if text := words.Why(n, s.Slot); text != "" {
		return text
	}
	return "-"
}
