package demo

import (
	"strings"
	"testing"

	"curfew/actors"
	"curfew/bus/replay/invariant"
)

// TestBalance: every promise of the demo can be broken, and is missed then.
func TestBalance(t *testing.T) {
	good := func() accounts {
		return accounts{
			calls: counts{answered: 14, failed: stumbles, refused: 1}, seen: seen{notices: 2},
			held: 3, inFlight: 1, canaries: 2, heartbeats: 2, waited: 1,
		}
	}
	if err := good().balance(); err != nil {
		t.Errorf("a good demo: %v", err)
	}
	cases := []struct {
		want  string
		spoil func(*accounts)
	}{
		{"replay", func(a *accounts) { a.differences = 1 }},
		{"invariant", func(a *accounts) { a.broken = []invariant.Violation{{Rule: "I1"}} }},
		{"never lapsed", func(a *accounts) { a.calls.refused = 0 }},
		{"I2", func(a *accounts) { a.calls.refused = 2 }},
		{"503", func(a *accounts) { a.calls.failed = 0 }},
		{"middle of a retry", func(a *accounts) { a.waited = 0 }},
		{"no run was held", func(a *accounts) { a.held = 0 }},
		{"did not run", func(a *accounts) { a.leftOver = 1 }},
		{"canaries", func(a *accounts) { a.canaries = 3 }},
		{"stood still", func(a *accounts) { a.heartbeats = 0 }},
		{"error reports", func(a *accounts) { a.seen.reports = 1 }},
		{"notifications", func(a *accounts) { a.seen.notices = 3 }},
	}
	for _, c := range cases {
		a := good()
		c.spoil(&a)
		if err := a.balance(); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.want, err)
		}
	}
}

// TestHasShell: the demo does not begin where its shell job would fail.
func TestHasShell(t *testing.T) {
	if err := hasShell("/nowhere/sh"); err == nil || !strings.Contains(err.Error(), "needs a shell") {
		t.Error(err)
	}
	if err := hasShell(actors.Shell); err != nil {
		t.Error(err)
	}
}
