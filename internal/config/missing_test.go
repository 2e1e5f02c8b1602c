package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"curfew/internal/config"
)

// TestMissing: what a job needs and the machine does not have is said where it stands.
func TestMissing(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"good.sh": 0o700, "plain.sh": 0o600} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Parse("f", []byte(`jobs:
- {name: a, actor: shell, schedule: "@daily", with: {command: ./good.sh x}, env: [THERE]}
- {name: b, actor: shell, schedule: "@daily", with: {command: "./gone.sh && x"}, env: [GONE, THERE]}
- {name: c, actor: shell, schedule: "@daily", with: {command: ./plain.sh}}
- {name: d, actor: shell, schedule: "@daily", with: {command: x, dir: sub}}
- {name: e, actor: agent, session: none, schedule: "@daily", with: {prompt: x, provider: {kind: openai, api_key_env: KEY}}}
- {name: g, actor: shell, schedule: "@daily", with: {command: "cd /nowhere; ./later.sh"}}
`), dir, kinds())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range c.Missing(func(name string) (string, bool) { return "", name == "THERE" }) {
		got = append(got, p.String())
	}
	want := []string{
		"f:3:63: there is no program ./gone.sh",
		"f:3:88: the variable GONE is not set here; the job will not have it",
		"f:4:63: ./plain.sh is no program: its file is not executable (chmod +x)",
		"f:5:71: there is no folder " + filepath.Join(dir, "sub"),
		"f:6:118: the variable KEY is not set here; the job will not have it",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
