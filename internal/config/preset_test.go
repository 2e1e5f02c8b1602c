package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"curfew/actors"
	"curfew/internal/config"
)

// presetSpec is the block of an actor type with presets.
type presetSpec struct {
	Preset  string   `json:"preset"`
	User    string   `json:"user"`
	Command string   `json:"command"`
	Argv    []string `json:"argv"`
	Model   string   `json:"model"`
	Rules   struct {
		Codes []int  `json:"codes"`
		Text  string `json:"text"`
	} `json:"rules"`
}

func (presetSpec) Kind() string    { return "cli" }
func (presetSpec) Validate() error { return nil }

type presetActor struct{ idle[presetSpec] }

func (presetActor) Traits() actors.Traits {
	return actors.Traits{Gated: true, Presets: fstest.MapFS{"tool.yaml": {Data: []byte(`
about: A tool
version: 1.2.3
measured: 2026-11-28
with:
  argv: [tool, run]
  rules: {codes: [41], text: expired}
env: [TOOL_KEY, {TOOL_QUIET: "1", TOOL_RETRIES: "0"}]
signed_in_when: {file: ["${TOOL_HOME:-~/.tool}/auth.json", ~/.tool.key], every: 5s}
timeout: 30m
`)}, "asks.yaml": {Data: []byte("about: Asks\nwith: {argv: [asks]}\nsigned_in_when: {command: asks status}\n")}, "picky.yaml": {Data: []byte("about: Picky\nneeds: [model]\nwith: {argv: [picky]}\n")}}}
}

// presetFile is a job file with one job of that type.
func presetFile(t *testing.T, dir, keys string) (config.Config, error) {
	t.Helper()
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[presetSpec] { return presetActor{} })
	file := "jobs:\n  - {name: j, actor: cli, schedule: '@daily', timezone: UTC, " + keys + "}\nnotify: [log]\n"
	return config.Parse("jobs.yaml", []byte(file), dir, &kinds)
}

// TestPresetFillsIn pins that a preset fills in what a job leaves out, and that every key of the job outranks it.
func TestPresetFillsIn(t *testing.T) {
	for _, tt := range []struct{ name, keys, with, env, filled string }{
		{
			"everything", "with: {preset: tool}", `{"argv":["tool","run"],"preset":"tool","rules":{"codes":[41],"text":"expired"}}`,
			"TOOL_KEY TOOL_QUIET=1 TOOL_RETRIES=0 30m0s", "with.argv with.rules sessions.default.signed_in_when timeout env (passed on) env",
		},
		{
			"but what the job says", "timeout: 5m, env: [{TOOL_RETRIES: '3'}, TOOL_KEY], with: {preset: tool, argv: [other], rules: {codes: [1]}}",
			`{"argv":["other"],"preset":"tool","rules":{"codes":[1],"text":"expired"}}`,
			"TOOL_KEY TOOL_QUIET=1 TOOL_RETRIES=3 5m0s", "with.rules.text sessions.default.signed_in_when env",
		},
		{
			"a command instead of argv", "with: {preset: tool, command: ./mine}",
			`{"command":"./mine","preset":"tool","rules":{"codes":[41],"text":"expired"}}`,
			"TOOL_KEY TOOL_QUIET=1 TOOL_RETRIES=0 30m0s", "with.rules sessions.default.signed_in_when timeout env (passed on) env",
		},
		{
			"a mapping of env", "env: {TOOL_KEY: abc}, with: {preset: tool}", `{"argv":["tool","run"],"preset":"tool","rules":{"codes":[41],"text":"expired"}}`,
			"TOOL_KEY=abc TOOL_QUIET=1 TOOL_RETRIES=0 30m0s", "with.argv with.rules sessions.default.signed_in_when timeout env",
		},
		{"nothing", "with: {argv: [x]}", `{"argv":["x"]}`, "1h0m0s", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg, err := presetFile(t, t.TempDir(), tt.keys)
			if err != nil {
				t.Fatal(err)
			}
			def := cfg.Jobs[0]
			words := slices.Clone(def.Env)
			for name, value := range def.EnvValues {
				words = append(words, name+"="+value)
			}
			slices.Sort(words)
			words = append(words, def.Timeout.String())
			var keys []string
			for _, k := range cfg.Filled["j"].Keys {
				keys = append(keys, k.Key)
			}
			if got := strings.Join(words, " "); string(def.With) != tt.with || got != tt.env || strings.Join(keys, " ") != tt.filled {
				t.Errorf("got %s\n%s\n%q\nwant %s\n%s\n%q", def.With, got, keys, tt.with, tt.env, tt.filled)
			}
			if len(cfg.Warnings) != 0 {
				t.Errorf("warnings: %v", cfg.Warnings)
			}
		})
	}
}

// TestPresetOfPeople pins that a file in the folder presets is a preset, also one of a name that the program has, and
// that its problems are said with their place.
func TestPresetOfPeople(t *testing.T) {
	for _, tt := range []struct{ name, file, keys, want string }{
		{"new.yaml", "about: New\nwith: {argv: [new]}\n", "with: {preset: new}", `{"argv":["new"],"preset":"new"}`},
		{"tool.yaml", "about: Mine\nwith: {argv: [mine]}\n", "with: {preset: tool}", `{"argv":["mine"],"preset":"tool"}`},
		{"new.yaml", "about: New\nwith: {argv: [new], args: [x]}\n", "with: {preset: new}", `presets/new.yaml:2:21: unknown key "args" in with; did you mean "argv"?`},
		{"new.yaml", "about: New\nwith: {preset: tool}\n", "with: {preset: new}", "presets/new.yaml:2:8: a preset cannot have a preset; remove the key"},
		{"new.yaml", "about: New\nretry: {}\nwith: {argv: [a]}\n", "with: {preset: new}", `presets/new.yaml:2:1: unknown key "retry" in a preset; known are about, version, measured, needs, with, env, timeout, signed_in_when`},
		{"new.yaml", "with: {argv: [a]}\ntimeout: soon\n", "with: {preset: new}", "presets/new.yaml:1:1: a preset has no about\n" +
			`presets/new.yaml:2:10: timeout must be a duration such as "90s" or "1h30m", or none, not "soon"`},
		{"new.yaml", "", "with: {preset: new}", "presets/new.yaml:1:1: the preset is empty"},
		{"new.yaml", "about: New\n", "with: {preset: new}", "presets/new.yaml:1:1: a preset has no with; it fills in nothing"},
		{"new.yaml", "", "with: {preset: toll}", `jobs.yaml:2:77: unknown preset "toll"; did you mean "tool"?; or write your own in presets/toll.yaml`},
		{"new.yaml", "", "with: {preset: ../x}", "jobs.yaml:2:77: preset must be a name, 1 to 63 of a-z, 0-9, _ and -, beginning with a letter or digit"},
		{"new.yaml", "", "with: {preset: picky}", "jobs.yaml:2:77: preset picky needs with.model; see curfew preset show picky"},
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, actors.PresetFolder), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, actors.PresetFolder, tt.name), []byte(tt.file), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := presetFile(t, dir, tt.keys)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = string(cfg.Jobs[0].With)
		}
		if got != tt.want {
			t.Errorf("%s %q:\ngot  %s\nwant %s", tt.name, tt.file, got, tt.want)
		}
	}
}
