package config_test

import (
	"testing"

	"curfew/internal/config"
)

// TestUnheard: a file with a job that can be called off, and without a word on who hears of it, is warned of, once.
func TestUnheard(t *testing.T) {
	const (
		backend = "sessions: {default: {backend: 'https://a.example.com'}}\n"
		agent   = "{actor: agent, schedule: '@daily', with: {prompt: x}, name: "
		shell   = "{actor: shell, schedule: '@daily', with: {command: x}, name: "
		want    = "f:1:1: nobody is told when the sign-in of session default lapses and its jobs (such as b) wait: only the daemon's log " +
			"has it; notify: [NAME] sends it to a target (curfew help deliveries), and notify: [log] says that the log is enough"
	)
	for name, tt := range map[string]struct{ file, want string }{
		"nothing is said":       {"jobs: [" + shell + "a}, " + agent + "b}, " + agent + "c}]", want},
		"the log is a choice":   {"notify: [log]\njobs: [" + agent + "b}]", ""},
		"so is nobody":          {"notify: []\njobs: [" + agent + "b}]", ""},
		"no job has a session":  {"jobs: [" + shell + "a}, " + "{actor: agent, session: none, schedule: '@daily', with: {prompt: x, provider: {kind: openai, api_key_env: KEY}}, name: b}]", ""},
		"the job does not run":  {"jobs: [" + agent + "b, enabled: false}]", ""},
		"a target without word": {"targets: {phone: {file: x}}\njobs: [" + agent + "b}]", want},
	} {
		c, err := config.Parse("f", []byte(backend+tt.file), "/", kinds())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := ""
		for _, w := range c.Warnings {
			got += w.String()
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
