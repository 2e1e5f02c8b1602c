package cliagent

import (
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/actorstest"
	"curfew/messages"
)

// TestAsks pins that a program which asks a person to sign in, and would wait for ever, is ended, and its session
// expires.
func TestAsks(t *testing.T) {
	impatient := func(env actors.Env) actors.Actor[Spec] { return &agent{env: env, wait: 10 * time.Millisecond} }
	spec := Spec{
		Command:  `printf 'Visit https://localhost/sign-in\npaste your code here: '; exec sleep 1000`,
		AsksWhen: []string{"^paste your code"},
		SignIn:   "set OURS_KEY",
	}
	out, err := actorstest.Run(t, impatient, spec)
	const want = "cli-agent: it waits for a person: paste your code here: (asks_when); set OURS_KEY"
	if class, _ := actors.Classify(err); class != messages.ClassSessionExpired || err.Error() != want {
		t.Errorf("got %s: %v", class, err)
	}
	if out.Text != "Visit https://localhost/sign-in\npaste your code here: " {
		t.Errorf("the output is %q", out.Text)
	}
}
