package config_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/agent"
	"curfew/internal/config"
)

const briefing = `---
model: small
mcp:
  mail: {command: [./mail-server]}
  web: {url: "https://mcp.example.com/mcp", bearer_env: WEB_TOKEN}
tools: [mail.search, web.*]
max_iterations: 7
budgets: {tokens: 5000, wall_clock: 10m}
provider: {kind: anthropic, base_url: "https://api.anthropic.com", api_key_env: MY_KEY}
---

You write briefings.
`

// parseWith reads a job file with one agent job, beside the definition "briefing".
func parseWith(t *testing.T, with, definition string) (config.Config, string, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "agents"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "agents", "briefing.md"), []byte(definition), 0o600); err != nil {
		t.Fatal(err)
	}
	kinds := &actors.Registry{}
	actors.Register(kinds, agent.New)
	file := "sessions: {default: {backend: http://127.0.0.1/v1}}\njobs:\n  - name: a\n    actor: agent\n    schedule: \"@daily\"\n    with: " + with + "\n"
	c, err := config.Parse("etc/jobs.yaml", []byte(file), dir, kinds)
	return c, dir, err
}

// TestDefinition: what a definition says becomes part of the job, and the job has the last word.
func TestDefinition(t *testing.T) {
	c, dir, err := parseWith(t, "{definition: briefing, prompt: hello, max_iterations: 9}", briefing)
	if err != nil {
		t.Fatal(err)
	}
	var got agent.Spec
	if err := json.Unmarshal(c.Jobs[0].With, &got); err != nil {
		t.Fatal(err)
	}
	if got.Definition != "briefing" || got.Prompt != "hello" || got.System != "You write briefings." || got.Model != "small" || got.MaxIterations != 9 ||
		got.Budgets.Tokens != 5000 || !slices.Equal(got.Tools, []string{"mail.search", "web.*"}) || got.MCP["mail"].Command[0] != "./mail-server" || got.Dir != dir {
		t.Errorf("got %s", c.Jobs[0].With)
	}
	if want := []string{"MY_KEY", "WEB_TOKEN"}; !slices.Equal(c.DenyEnv, want) {
		t.Errorf("kept from processes: %v, want %v", c.DenyEnv, want)
	}
	again, _, err := parseWith(t, "{definition: briefing, prompt: hello, max_iterations: 9}", strings.Replace(briefing, "briefings", "poems", 1))
	if err != nil || string(again.Jobs[0].With) == string(c.Jobs[0].With) {
		t.Errorf("a changed definition is no changed job: %v", err)
	}
}

// TestDefinitionForms: the front matter may be missing, and so may the text.
func TestDefinitionForms(t *testing.T) {
	for name, text := range map[string]string{
		"text only": "You write briefings.\n", "CRLF": "---\r\nmodel: m\r\n---\r\nYou write briefings.\r\n",
		"front matter only": "---\nsystem: You write briefings.\n---", "empty front matter": "---\n---\nYou write briefings.",
	} {
		c, _, err := parseWith(t, "{definition: briefing}", text)
		if err != nil || !strings.Contains(string(c.Jobs[0].With), `"system":"You write briefings."`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDefinitionIsTakenAsWritten: nothing of the text changes but the empty lines around it and the form of line ends.
func TestDefinitionIsTakenAsWritten(t *testing.T) {
	const text = "    code\twith a TAB\n\n  * a list\n\tand more  "
	for _, around := range []string{"", "\n", "\r\n", "\n \t\n\n"} {
		c, _, err := parseWith(t, "{definition: briefing}", "---\nmodel: \"a\tb\"\n---\n"+around+strings.ReplaceAll(text, "\n", "\r\n")+around)
		if err != nil {
			t.Fatal(err)
		}
		var got agent.Spec
		if err := json.Unmarshal(c.Jobs[0].With, &got); err != nil || got.System != text || got.Model != "a\tb" {
			t.Errorf("%q: %q, model %q, %v", around, got.System, got.Model, err)
		}
	}
}

// TestBadDefinitions: what is wrong is said with the place in the file where it stands.
func TestBadDefinitions(t *testing.T) {
	tests := []struct{ name, with, text, want string }{
		{"an unknown key", "{definition: briefing}", "---\nmodel: m\ntoools: []\n---\nHi.", `etc/agents/briefing.md:3:1: unknown key "toools" in with`},
		{"a wrong type", "{definition: briefing}", "---\nmax_iterations: many\n---\nHi.", "etc/agents/briefing.md:2:1: with.max_iterations must be a whole number, not a text"},
		{"a wrong value", "{definition: briefing}", "---\nmodel: m\nbudgets:\n  tokens: -1\n---\nHi.", "etc/agents/briefing.md:4:3: with.budgets.tokens must be 0 to 1000000000, not -1"},
		{"no YAML", "{definition: briefing}", "---\nmodel: [\n---\nHi.", "etc/agents/briefing.md:2:8: "},
		{"a list", "{definition: briefing}", "---\n- a\n---\nHi.", "etc/agents/briefing.md:2:1: the front matter must be a mapping, not a list"},
		{"no end", "{definition: briefing}", "---\nmodel: m\n", "etc/agents/briefing.md:1:1: the front matter has no end; end it with a line ---"},
		{"two prompts", "{definition: briefing}", "---\nsystem: a\n---\nHi.", "etc/agents/briefing.md:2:1: the system prompt is given here and as the text below; remove one of them"},
		{"one of its own", "{definition: briefing}", "---\ndefinition: other\n---\nHi.", "etc/agents/briefing.md:2:1: a definition cannot have a definition; remove the key"},
		{"nothing", "{definition: briefing}", "", "etc/jobs.yaml:6:5: with: prompt is required"},
		{"too large", "{definition: briefing}", strings.Repeat("a", config.MaxDefinition+1), "agents/briefing.md is longer than 524288 bytes"},
		{"no such file", "{definition: evening}", briefing, "etc/jobs.yaml:6:24: definition: open "},
		{"a value changed by TABs elsewhere", "{definition: briefing}", "---\nmodel: m\n\ttools: []\n---\nHi.", "etc/agents/briefing.md:3:1: a TAB at the beginning of a line"},
		{"a way out", "{definition: ../briefing}", briefing, "etc/jobs.yaml:6:24: definition must be the name of a file in agents, without .md: "},
		{"the job's own", "{definition: briefing, budgets: {tokens: -1}}", briefing, "etc/jobs.yaml:6:"},
	}
	for _, tt := range tests {
		_, _, err := parseWith(t, tt.with, tt.text)
		var bad *config.Invalid
		if !errors.As(err, &bad) || !strings.Contains(bad.Problems[0].String(), tt.want) {
			t.Errorf("%s:\n got %v\nwant %s", tt.name, err, tt.want)
		}
	}
}
