package cli

import (
	"cmp"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// showSessions prints sessions, and what is ahead of them.
func showSessions(s *sheet.Sheet, list []contract.Session) {
	rows := make([][]any, len(list))
	for i, n := range list {
		evidence, _ := words.Reported(n)
		rows[i] = []any{
			n.Name, gateOf(n), n.Generation, s.When(n.Since), s.When(n.ExpiresAt), n.Held, n.Jobs, orDash(n.Source), why(s, n),
			cmp.Or(evidence, "-"),
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
		{Name: "REPORTED", Cut: 20, Wide: true},
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
	evidence, _ := words.Reported(n)
	s.Fields(
		"session", n.Name, "state", gateOf(n), "why", why(s, n), "reported", cmp.Or(evidence, "-"), "said by", orDash(n.Source), "since", s.Both(n.Since),
		"sign-in by", cmp.Or(words.SignedInBy(n), "-"), "generation", n.Generation, "expires", s.Both(n.ExpiresAt), "backend", backend, "circuit", circuitOf(n),
		"runs held", n.Held, "jobs", n.Jobs)
	remarks(s, n)
	for _, shown := range n.Watched {
		s.Line("a sign-in is noticed by %s", shown)
	}
	if n.WantsSignIn() {
		s.Line("%s", words.SignIn(n))
	}
}

// circuitOf is the state of a session's circuit, and what it means: closed is the good one, unlike that of a gate.
func circuitOf(n contract.Session) string {
	switch n.Circuit {
	case "closed":
		return "closed: calls are made"
	case "open":
		return "open: calls wait"
	case "half_open":
		return "half_open: one run tries"
	default:
		return n.Circuit
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
