package config_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/internal/config"
)

// pagerSpec is the block of a kind of target that a build has added.
type pagerSpec struct {
	Queue  string          `json:"queue"`
	Urgent bool            `json:"urgent"`
	Quiet  actors.Duration `json:"quiet"`
}

func (pagerSpec) Kind() string { return "pager" }

func (s pagerSpec) Validate() error {
	if s.Queue == "" {
		return errors.New("queue is required")
	}
	return nil
}

type pager struct{ pagerSpec }

func (pager) Send(context.Context, actors.Message) error { return nil }

func withPager() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	actors.RegisterTarget(kinds, func(_ actors.Env, s pagerSpec) actors.Target { return pager{s} })
	return kinds
}

// TestOwnTarget: a kind of target that a build adds is a key of a target, and its block is held to its type.
func TestOwnTarget(t *testing.T) {
	const jobs = "\njobs: [{name: a, actor: shell, schedule: '@daily', with: {command: 'true'}, deliver: {to: oncall}}]\n"
	c, err := config.Parse("jobs.yaml", []byte("targets:\n  oncall: {pager: {queue: ops, quiet: 5m}}"+jobs), t.TempDir(), withPager())
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Targets[0]; got.Kind != "pager" || string(got.Block) != `{"queue":"ops","quiet":"5m"}` || got.Trouble() != nil {
		t.Errorf("the target is %+v", got)
	}
	for block, want := range map[string]string{
		"{pager: {queue: ops, urgently: true}}": `jobs.yaml:2:32: unknown key "urgently" in pager; did you mean "urgent"?`,
		"{pager: {urgent: true}}":               "jobs.yaml:2:12: pager: queue is required",
		"{pager: {queue: 7}}":                   "jobs.yaml:2:20: pager.queue must be a text, not a whole number",
		"{pager: {queue: ops, quiet: soon}}":    `jobs.yaml:2:32: pager: quiet must be a duration such as "90s" or "1h30m", not "soon"`,
		"{pager: {queue: }}":                    `jobs.yaml:2:20: key "queue" has no value`,
		"{pager: ops}":                          "jobs.yaml:2:12: pager must be a mapping, not \"ops\"",
		"{pager: {queue: ops}, file: x}":        "exactly one of webhook, webhook_env, webhook_file, url, url_env, url_file, file, pager",
		"{pagers: {queue: ops}}":                `unknown key "pagers" in a target; did you mean "pager"?`,
	} {
		_, err := config.Parse("jobs.yaml", []byte("targets:\n  oncall: "+block+jobs), t.TempDir(), withPager())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: want %s, got %v", block, want, err)
		}
	}
}

// TestOwnTargetInEditors: the JSON Schema of the build knows it.
func TestOwnTargetInEditors(t *testing.T) {
	text, err := config.JSONSchema(withPager())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"pager"`) || !strings.Contains(string(text), `"queue"`) {
		t.Error("the schema does not have the kind")
	}
}
