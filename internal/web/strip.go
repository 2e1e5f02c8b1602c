package web

import "curfew/internal/contract"

// maxStrip is how many sessions the strip at the top of a page has.
const maxStrip = 3

// sessionStrip is a session at the top of every page that people should know about.
type sessionStrip struct {
	Name  string
	State badge
	Text  string
	Since moment
}

// strip is sessions that are not open, and a text about those of all of them that are not shown.
func (v *visit) strip(shut []contract.Session, all int) (out []sessionStrip, more string) {
	for _, s := range shut {
		line := sessionStrip{Name: s.Name, State: badgeOf(s.State), Since: v.moment(s.Since, "")}
		if s.Held > 0 {
			line.Text = count(s.Held, "run") + " held"
		}
		out = append(out, line)
	}
	if hidden := all - len(shut); hidden > 0 {
		more = count(hidden, "more session") + " not open"
	}
	return out, more
}
