package cli

import (
	"fmt"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

// showSessions prints sessions, and what is ahead of them.
func showSessions(s *sheet.Sheet, list []contract.Session) {
	rows := make([][]any, len(list))
	for i, n := range list {
		rows[i] = []any{
			n.Name, gateOf(n), n.Generation, s.When(n.Since), s.When(n.ExpiresAt), n.Held, n.Jobs, orDash(n.Source), why(s, n),
		}
	}
	s.Table([]sheet.Column{
		{Name: "SESSION", Cut: 12},
		{Name: "STATE"},
		{Name: "GENERATION", Wide: true},
		{Name: "SINCE"},
		{Name: "EXPIRES"},
		{Name: "HELD"},
		{Name: "JOBS"},
		{Name: "SOURCE", Wide: true},
		{Name: "WHY", Cut: 20},
	}, rows)
	for _, n := range list {
		remarks(s, n)
	}
}

func showSession(s *sheet.Sheet, n contract.Session) {
	backend := "none: the session keeps no token"
	if n.Backend != nil {
		backend = *n.Backend
	}
	s.Fields(
		"session", n.Name, "state", gateOf(n), "why", why(s, n), "said by", orDash(n.Source), "since", s.Both(n.Since),
		"sign-in by", signedInBy(n), "generation", n.Generation, "expires", s.Both(n.ExpiresAt), "backend", backend, "circuit", n.Circuit,
		"runs held", n.Held, "jobs", n.Jobs)
	remarks(s, n)
	for _, shown := range n.Watched {
		s.Line("a sign-in is noticed by %s", shown)
	}
	if n.State == messages.StateClosed && n.Until.IsZero() {
		s.Line("%s", howToSignIn(n))
	}
}

func howToSignIn(n contract.Session) string {
	switch {
	case n.Backend != nil:
		return fmt.Sprintf("sign in with `curfew session login %s`", n.Name)
	case len(n.Watched) > 0:
		return fmt.Sprintf("sign in with the tool that its jobs run; if Curfew does not notice that, say so with `curfew session login %s`", n.Name)
	default:
		return fmt.Sprintf("sign in with the tool that its jobs run, then say so with `curfew session login %s`", n.Name)
	}
}

// signedInBy says who signed in last.
func signedInBy(n contract.Session) string {
	switch by := orDash(n.RestoredBy); by {
	case messages.ByRefresh:
		return "its refresh"
	case messages.ByFile:
		return "nobody has said so: a file of signed_in_when has changed"
	case messages.ByCommand:
		return "nobody has said so: the command of signed_in_when says yes"
	default:
		return by
	}
}

// gateOf is the state of a session, with its colour.
func gateOf(n contract.Session) sheet.Cell {
	c := sheet.Cell{Text: string(n.State), Tone: sheet.Good}
	switch n.State {
	case messages.StateClosed:
		c.Tone = sheet.Bad
	case messages.StateProbing:
		c.Tone = sheet.Care
	}
	return c
}
