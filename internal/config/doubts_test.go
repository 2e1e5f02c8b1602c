package config_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/internal/config"
	"curfew/messages"
)

// TestDoubtsAbout: each warning of a file is about the job in whose part of the file it stands, or about none.
func TestDoubtsAbout(t *testing.T) {
	const file = `sessions: {default: {backend: http://127.0.0.1/v1}}
defaults:
  agent: {timeout: 2h}
jobs:
- name: often
  actor: agent
  schedule: "* * * * *"
  with: {prompt: x}
- {name: a, actor: shell, schedule: "@daily", with: {command: "true"}, env: [NONE_OF_IT]}
- {name: b, actor: shell, schedule: "at 2020-01-01T00:00:00Z", with: {command: no-such-program}}
notify: [log, hook]
targets:
  hook: {webhook_env: NONE_AT_ALL}
`
	c, err := config.Parse("f.yaml", []byte(file), "/", kinds())
	if err != nil {
		t.Fatal(err)
	}
	env := func(name string) (string, bool) { return "/nowhere", name == "PATH" }
	now := time.Date(2027, 1, 15, 0, 0, 0, 0, time.UTC)
	about, dead := map[string]int{}, false
	for job, lines := range map[string][]int{"often": {5, 6, 7, 8}, "a": {9}, "b": {10}, "none": nil} {
		d := messages.Definition{Job: job}
		for _, of := range c.Jobs {
			if of.Job == job {
				d = of
			}
		}
		of := c.DoubtsAbout(d, now, env)
		if kept := c.Only(nil).DoubtsAbout(d, now, env); !slices.Equal(kept, of) {
			t.Errorf("doubts about %s are %v without the file's jobs, and %v with them", job, kept, of)
		}
		for _, p := range of {
			about[job]++
			dead = dead || strings.Contains(p.Message, "never runs again")
			if p.File != "f.yaml" || p.Line < lines[0] || p.Line > lines[len(lines)-1] {
				t.Errorf("a doubt about %s stands elsewhere: %v", job, p)
			}
		}
	}
	all := c.Doubts(now, env)
	if !dead || about["often"] == 0 || about["a"] == 0 || about["b"] < 2 || about["none"] != 0 {
		t.Errorf("doubts about jobs: %v, of %v", about, all)
	}
	if inJobs := about["often"] + about["a"] + about["b"]; inJobs >= len(all) {
		t.Errorf("%d of %d doubts are about jobs: the one about the target is, too", inJobs, len(all))
	}
}

// TestInFleet: a job that asks for a node is warned of where there may be none, and not at a node of a fleet; so it is with a
// job that is set there.
func TestInFleet(t *testing.T) {
	const job = `actor: shell
schedule: "@daily"
runs_on: {gpu: true}
with: {command: "true"}
`
	c, err := config.Parse("f.yaml", []byte("jobs:\n- name: a\n  "+strings.ReplaceAll(strings.TrimSpace(job), "\n", "\n  ")+"\n"), "/", kinds())
	if err != nil || len(c.Warnings) != 1 {
		t.Fatal(c.Warnings, err)
	}
	for want, c := range map[int]config.Config{1: c, 0: c.InFleet()} {
		_, set, err := c.Job("job b", "b", []byte(job), nil)
		if err != nil || len(set.Warnings) != want || len(c.Warnings) != want {
			t.Errorf("%d warnings of the file, %d of a job that is set, want %d; %v", len(c.Warnings), len(set.Warnings), want, err)
		}
	}
}
