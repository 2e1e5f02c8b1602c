package config_test

import (
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
)

// cliSpec is a block like that of cli-agent, as far as it says how a lapsed sign-in is noticed.
type cliSpec struct {
	Command     string        `json:"command"`
	ExpiredWhen *cliWhen      `json:"expired_when"`
	Preflight   *cliPreflight `json:"preflight"`
}

type cliWhen struct {
	ExitCode []int    `json:"exit_code"`
	Pattern  []string `json:"pattern"`
	Any      []string `json:"any"`
}

type cliPreflight struct {
	Command string `json:"command"`
	Spends  bool   `json:"spends"`
}

func (cliSpec) Kind() string    { return "cli-agent" }
func (cliSpec) Validate() error { return nil }

// TestMute: a job that does not notice that its session has lapsed is said, if another one of the session does.
func TestMute(t *testing.T) {
	registry := kinds()
	actors.Register(registry, func(actors.Env) actors.Actor[cliSpec] { return idle[cliSpec]{actors.Traits{Gated: true}} })
	const (
		hears = `{command: x, expired_when: {pattern: ["^please sign in"]}}`
		mute  = `{command: x}`
		tail  = `; give it a preset or with.expired_when, or a session of its own`
	)
	job := func(name, keys, with string) string {
		return "- {name: " + name + ", actor: cli-agent, schedule: '@daily', " + keys + "with: " + with + "}\n"
	}
	agent := func(keys, with string) string {
		return "- {name: think, actor: agent, schedule: '@daily', " + keys + "with: " + with + "}\n"
	}
	for name, tt := range map[string]struct{ jobs, want string }{
		"beside a rule": {
			job("a", "", hears) + job("b", "", mute),
			`f:4:57: job b has no expired_when, so it notices that the sign-in of session "default" has lapsed only if its program prints SESSION_EXPIRED:, unlike job a` + tail,
		},
		"several, before it": {
			job("a", "", mute) + job("b", "", `{command: x, expired_when: {any: []}}`) + job("c", "", mute) + job("d", "", hears),
			`f:3:57: job a (as others of the session: 2) has no expired_when, so it notices that the sign-in of session ` +
				`"default" has lapsed only if its program prints SESSION_EXPIRED:, unlike job d` + tail,
		},
		"beside a preflight": {
			job("a", "", `{command: x, preflight: {command: y}}`) + job("b", "", `{command: x, preflight: {spends: true}}`),
			`f:4:57: job b has no expired_when, so it notices that the sign-in of session "default" has lapsed only if its program prints SESSION_EXPIRED:, unlike job a` + tail,
		},
		"beside an agent": {
			agent("session: api, ", "{prompt: x}") + job("b", "session: api, ", mute),
			`f:4:71: job b has no expired_when, so it notices that the sign-in of session "api" has lapsed only if its program prints SESSION_EXPIRED:, unlike job think` + tail,
		},
		"all by a rule":     {job("a", "", hears) + job("b", "", `{command: x, expired_when: {exit_code: [41]}}`), ""},
		"none by a rule":    {job("a", "", mute) + job("b", "", mute), ""},
		"of other sessions": {job("a", "", hears) + job("b", "session: api, ", mute) + job("c", "session: none, ", mute), ""},
		"beside an own key": {
			agent("session: api, ", "{prompt: x, provider: {kind: openai, api_key_env: K}}") + job("b", "session: api, ", mute),
			"",
		},
	} {
		c, err := config.Parse("f", []byte("sessions: {api: {backend: 'https://api.example/v1'}}\njobs:\n"+tt.jobs), "/", registry)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, w := range c.Warnings {
			got = append(got, w.String())
		}
		if strings.Join(got, "\n") != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}
