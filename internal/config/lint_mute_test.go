package config_test

import (
	"strconv"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/internal/config"
)

// cliSpec is a block like that of cli-agent, as far as it says how a lapsed sign-in is noticed.
type cliSpec struct {
	Command     string        `json:"command"`
	ExpiredWhen *cliWhen      `json:"expired_when"`
	AsksWhen    []string      `json:"asks_when"`
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

// TestMute: a job that says only by the marker that its session has lapsed is said, once for a session.
func TestMute(t *testing.T) {
	registry := kinds()
	actors.Register(registry, func(actors.Env) actors.Actor[cliSpec] { return idle[cliSpec]{actors.Traits{Gated: true}} })
	const (
		hears = `{command: x, expired_when: {pattern: ["^please sign in"]}}`
		mute  = `{command: x}`
	)
	warning := func(place, job, session string) string {
		return "f:" + place + ": Curfew does not know how job " + job + " says that the sign-in of session " + strconv.Quote(session) +
			" is gone: hardly anything but a line that begins with SESSION_EXPIRED: closes the gate, any other failure is tried again; name its words in with, " +
			`such as expired_when: {pattern: ["(?i)unauthorized|please log in"]}, or say session: none if it needs no sign-in`
	}
	job := func(name, keys, with string) string {
		return "- {name: " + name + ", actor: cli-agent, schedule: '@daily', " + keys + "with: " + with + "}\n"
	}
	agent := func(keys, with string) string {
		return "- {name: think, actor: agent, schedule: '@daily', " + keys + "with: " + with + "}\n"
	}
	for name, tt := range map[string]struct{ jobs, want string }{
		"alone":         {job("a", "", mute), warning("3:57", "a", "default")},
		"beside a rule": {job("a", "", hears) + job("b", "", mute), warning("4:57", "b", "default")},
		"several": {
			job("a", "", mute) + job("b", "", `{command: x, expired_when: {any: []}}`) + job("c", "", mute) + job("d", "", hears),
			warning("3:57", "a (as others of the session: 2)", "default"),
		},
		"beside a preflight": {
			job("a", "", `{command: x, preflight: {command: y}}`) + job("b", "", `{command: x, preflight: {spends: true}}`),
			warning("4:57", "b", "default"),
		},
		"beside an agent": {agent("session: api, ", "{prompt: x}") + job("b", "session: api, ", mute), warning("4:71", "b", "api")},
		"of two sessions": {
			job("a", "", mute) + job("b", "session: api, ", mute),
			warning("3:57", "a", "default") + "\n" + warning("4:71", "b", "api"),
		},
		"all by a rule": {job("a", "", hears) + job("b", "", `{command: x, expired_when: {exit_code: [41]}}`), ""},
		"by a question": {job("a", "", `{command: x, asks_when: ["^Sign in at"]}`), ""},
		"an agent":      {agent("session: api, ", "{prompt: x}"), ""},
		"without with":  {"- {name: a, actor: cli-agent, schedule: '@daily'}\n", ""},
		"no session":    {job("a", "session: none, ", mute), ""},
		"another type":  {"- {name: a, actor: shell, schedule: '@daily', with: {command: x}}\n", ""},
	} {
		c, err := config.Parse("f", []byte("sessions: {api: {backend: 'https://api.example/v1'}}\njobs:\n"+tt.jobs+"notify: [log]\n"), "/", registry)
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
