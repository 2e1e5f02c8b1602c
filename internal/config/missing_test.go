package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"curfew/internal/config"
)

// machine is a folder with a program in PATH and some files, and what [config.Config] says is missing there.
func machine(t *testing.T, kindsOf func(string) config.Config) (dir string, missing, unset []string) {
	t.Helper()
	dir = t.TempDir()
	for name, mode := range map[string]os.FileMode{"good.sh": 0o700, "plain.sh": 0o600, "bin/tool": 0o700, "bin/bash": 0o700, "other/rare": 0o700} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	env := func(name string) (string, bool) {
		if name == "PATH" {
			return filepath.Join(dir, "bin"), true
		}
		return " ", name == "THERE" || name == "EMPTY"
	}
	c := kindsOf(dir)
	for _, p := range c.Missing(env) {
		missing = append(missing, p.String())
	}
	for _, p := range c.Unset(env) {
		unset = append(unset, p.String())
	}
	return dir, missing, unset
}

func parsed(t *testing.T, file string) func(string) config.Config {
	return func(dir string) config.Config {
		c, err := config.Parse("f", []byte(file), dir, kinds())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
}

// TestPassed: the variables that a job passes on by its own env, and not what a preset's program may be given.
func TestPassed(t *testing.T) {
	c := parsed(t, `jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: x}, env: [ONE]}
- {name: b, actor: shell, schedule: "@daily", with: {command: x}, env: [ONE, TWO, {THREE: x}]}
`)("")
	if got, want := c.Passed(), map[string][]string{"ONE": {"a", "b"}, "TWO": {"b"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestPrograms: each program once, with the jobs that begin with it, by the PATH and folder in which it is looked for.
func TestPrograms(t *testing.T) {
	var many strings.Builder
	for i := range 12 {
		fmt.Fprintf(&many, "- {name: m%d, actor: shell, schedule: \"@daily\", with: {shell: zsh, command: zsh x}}\n", i)
	}
	dir := t.TempDir()
	for _, name := range []string{"there", "one"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o700); err != nil { //nolint:gosec // it is a program
			t.Fatal(err)
		}
	}
	c := parsed(t, `sessions: {default: {backend: "https://api.example.com/v1", refresh: {command: [mint]}}}
jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: there x}}
- {name: b, actor: shell, schedule: "@daily", with: {command: gone && x}}
- {name: c, actor: shell, schedule: "@daily", with: {command: gone y}}
- {name: d, actor: shell, schedule: "@daily", with: {command: gone y}, env: [{PATH: /own}]}
- {name: e, actor: shell, schedule: "@daily", with: {command: ./one}}
- {name: f, actor: shell, schedule: "@daily", with: {command: ./one, dir: /}}
`+many.String())(dir)
	var got []string
	for _, p := range c.Programs() {
		if p.Why(func(name string) (string, bool) { return dir, name == "PATH" }) != "" {
			got = append(got, fmt.Sprintf("%s %s%v%d", p.Name, p.Path, p.Jobs, p.Of))
		}
	}
	want := []string{"gone [b c]2", "gone /own[d]1", "./one [f]1", "zsh [m0 m1 m2 m3 m4 m5 m6 m7 m8 m9]12"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestMissing: what a job needs and the machine does not have is said where it stands.
func TestMissing(t *testing.T) {
	dir, missing, unset := machine(t, parsed(t, `jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: ./good.sh x}, env: [THERE]}
- {name: b, actor: shell, schedule: "@daily", with: {command: "./gone.sh && x"}, env: [GONE, THERE]}
- {name: c, actor: shell, schedule: "@daily", with: {command: ./plain.sh}}
- {name: d, actor: shell, schedule: "@daily", with: {command: "true", dir: sub}}
- {name: e, actor: agent, session: none, schedule: "@daily", with: {prompt: x, provider: {kind: openai, api_key_env: KEY}}}
- {name: g, actor: shell, schedule: "@daily", with: {command: "cd /nowhere; ./later.sh"}}
`))
	want := []string{
		"f:3:63: the program ./gone.sh does not exist",
		"f:4:63: the program ./plain.sh is not executable (chmod +x)",
		"f:5:76: the folder " + filepath.Join(dir, "sub") + " does not exist",
	}
	if !slices.Equal(missing, want) {
		t.Errorf("%q\nwant %q", missing, want)
	}
	want = []string{
		"f:3:88: the variable GONE is not set here; the job does not get it",
		"f:6:118: the variable KEY is not set here; runs of job e fail without it",
	}
	if !slices.Equal(unset, want) {
		t.Errorf("%q\nwant %q", unset, want)
	}
}

// TestMissingOfSessions: so is what a session needs, and a variable that is empty is of no use where a secret is read.
func TestMissingOfSessions(t *testing.T) {
	dir, missing, unset := machine(t, parsed(t, `sessions:
  a: {backend: "https://api.example.com/v1", token_file: good.sh}
  b: {backend: "https://api.example.com/v1", token_file: token}
  c: {backend: "https://api.example.com/v1", refresh: {oauth2: {token_url: "https://api.example.com/t", client_id: x, refresh_token_file: rt}}}
  d: {backend: "https://api.example.com/v1", refresh: {oauth2: {token_url: "https://api.example.com/t", client_id: x, refresh_token_env: RT}}}
  e: {signed_in_when: {command: none --status}}
  f: {signed_in_when: none}
  g: {signed_in_when: {command: [none], env: {PATH: other}}}
jobs:
- {name: a, actor: agent, session: none, schedule: "@daily", with: {prompt: x, provider: {kind: openai, api_key_env: EMPTY}}}
- {name: b, actor: shell, schedule: "@daily", with: {command: "true"}, env: [EMPTY]}
`))
	want := []string{
		"f:3:58: the file " + filepath.Join(dir, "token") + " does not exist; session b has no token without it",
		"f:4:139: the file " + filepath.Join(dir, "rt") + " does not exist; session c gets no new token without it",
		"f:6:33: the program none is not in the PATH that it gets here",
	}
	if !slices.Equal(missing, want) {
		t.Errorf("%q\nwant %q", missing, want)
	}
	want = []string{
		"f:5:138: the variable RT is not set here; session d gets no new token without it",
		"f:10:118: the variable EMPTY is empty here; runs of job a fail without it",
	}
	if !slices.Equal(unset, want) {
		t.Errorf("%q\nwant %q", unset, want)
	}
}

// TestFirstWord: the program that a command line begins with is looked up in the PATH that the job gets, and nothing else is.
func TestFirstWord(t *testing.T) {
	_, missing, _ := machine(t, parsed(t, `jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: "tool --all > x"}}
- {name: b, actor: shell, schedule: "@daily", with: {command: "\n  toll --all"}}
- {name: c, actor: shell, schedule: "@daily", with: {command: "rare;x"}, env: {PATH: other}}
- {name: d, actor: shell, schedule: "@daily", with: {command: "rare"}}
- {name: e, actor: shell, schedule: "@daily", with: {command: "exec none", shell: bash}}
- {name: f, actor: shell, schedule: "@daily", with: {command: "none x", shell: fish}}
- {name: g, actor: shell, schedule: "@daily", with: {command: "A=1 none"}}
- {name: h, actor: shell, schedule: "@daily", with: {command: "none() { echo x; }; none"}}
- {name: i, actor: shell, schedule: "@daily", with: {command: "none () { echo x; }; none"}}
- {name: j, actor: shell, schedule: "@daily", with: {command: "$TOOL x"}}
- {name: k, actor: shell, schedule: "@daily", with: {command: "'none' x; none"}}
- {name: l, actor: shell, schedule: "@daily", with: {command: "for i in 1; do none; done"}}
- {name: m, actor: shell, schedule: "@daily", with: {command: "(none); [ -f none ] || none"}}
- {name: n, actor: shell, schedule: "@daily", with: {command: "2>x none"}}
- {name: o, actor: shell, schedule: "@daily", with: {command: "# none\nnone"}}
- {name: p, actor: shell, schedule: "@daily", with: {command: "none|tool"}}
`))
	want := []string{
		"f:3:63: the program toll is not in the PATH that it gets here",
		"f:5:63: the program rare is not in the PATH that it gets here",
		"f:7:80: the program fish is not in the PATH that it gets here",
		"f:17:63: the program none is not in the PATH that it gets here",
	}
	if !slices.Equal(missing, want) {
		t.Errorf("%q\nwant %q", missing, want)
	}
}

// TestSessionNeeds: so is what a session needs to get its tokens.
func TestSessionNeeds(t *testing.T) {
	c := parsed(t, `sessions:
  default: {backend: "https://a.example.com", refresh: {command: [mint, x], env: [GONE, {PATH: /none}]}}
  flow: {backend: "https://a.example.com", refresh: {oauth2: {token_url: "https://a.example.com/t", client_id: x, client_secret_env: SECRET, refresh_token_env: FIRST}}}
  kept: {backend: "https://a.example.com", token_env: TOKEN}
  line: {backend: "https://a.example.com", refresh: {command: "tool | cut -d: -f1"}}
jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: "true"}}
`)
	_, missing, unset := machine(t, c)
	if want := []string{"f:2:67: the program mint is not in the PATH that it gets here"}; !slices.Equal(missing, want) {
		t.Errorf("%q\nwant %q", missing, want)
	}
	want := []string{
		"f:2:83: the variable GONE is not set here; the refresh command does not get it",
		"f:3:134: the variable SECRET is not set here; session flow gets no new token without it",
		"f:3:161: the variable FIRST is not set here; session flow gets no new token without it",
		"f:4:55: the variable TOKEN is not set here; session kept has no token without it",
	}
	if !slices.Equal(unset, want) {
		t.Errorf("%q\nwant %q", unset, want)
	}
	names, _ := c(t.TempDir()).Secrets()
	if want := []string{"SECRET"}; !slices.Equal(names, want) {
		t.Errorf("secrets %q, want %q", names, want)
	}
}
