package config_test

import (
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
)

// TestLinesOfCLIAgent: sh runs the lines of a cli-agent as it does those of a shell job.
func TestLinesOfCLIAgent(t *testing.T) {
	registry := kinds()
	actors.Register(registry, func(actors.Env) actors.Actor[cliSpec] { return idle[cliSpec]{actors.Traits{Gated: true}} })
	cfg, err := config.Parse("f", []byte(`jobs:
- name: a
  actor: cli-agent
  schedule: "@daily"
  with:
    command: source ./env && agent &>> log
    preflight: {command: "agent status &"}
`), "/", registry)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range cfg.Warnings {
		got = append(got, p.String())
	}
	for _, want := range []string{"f:6:14: sh does not know &>", "f:6:14: sh does not know the command source", "f:7:26: the command ends with &"} {
		if n := strings.Count(strings.Join(got, "\n"), want); n != 1 {
			t.Errorf("%q is said %d times, want once: %q", want, n, got)
		}
	}
}
