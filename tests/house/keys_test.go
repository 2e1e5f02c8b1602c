package house

import (
	"regexp"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/actors/cliagent"
	"curfew/actors/httpreq"
	"curfew/actors/shell"
	"curfew/internal/config"
)

// everyBlock has a key in each block of a job file that the file's reader does not know.
const everyBlock = `
unheard: 1
sessions: {default: {unheard: 1}}
jobs:
  - {name: a, actor: shell, schedule: "@daily", unheard: 1, with: {command: "true", unheard: 1}, retry: {unheard: 1}}
  - {name: b, actor: http, schedule: "@daily", with: {url: "http://localhost", unheard: 1}}
  - {name: c, actor: agent, schedule: "@daily", with: {prompt: x, unheard: 1}}
  - {name: d, actor: cli-agent, schedule: "@daily", with: {command: x, unheard: 1}}
`

// TestJobFilePage: docs/jobfile.md has every key. The reader lists those of a block when it finds one that it does not know.
func TestJobFilePage(t *testing.T) {
	inModule(t)
	page := read(t, "docs/jobfile.md")
	_, err := config.Parse("jobs.yaml", []byte(everyBlock), t.TempDir(), builtIn())
	if err == nil {
		t.Fatal("a file with unknown keys was taken")
	}
	known := regexp.MustCompile(`unknown key "unheard" in ([^;]+); known are (.+)`)
	lists := known.FindAllStringSubmatch(err.Error(), -1)
	if len(lists) != 8 {
		t.Fatalf("%d lists of keys, want 8, in:\n%v", len(lists), err)
	}
	for _, list := range lists {
		for key := range strings.SplitSeq(list[2], ", ") {
			if !regexp.MustCompile("(?m)^(?:\\| .*`" + key + "[`.]|## `" + key + "`)").MatchString(page) {
				t.Errorf("docs/jobfile.md has no row for %s in %s", key, list[1])
			}
		}
	}
}

// builtIn are the actor types of the program.
func builtIn() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, shell.New)
	actors.Register(kinds, agent.New)
	actors.Register(kinds, cliagent.New)
	actors.Register(kinds, httpreq.New)
	return kinds
}
