package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestProgram builds the program, and asks it what every build can do: it checks a job file with the new type, says which
// build it is, and shows the demo, which needs no actor type of the build.
func TestProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "curfew")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	wrong := filepath.Join(t.TempDir(), "wrong.yaml")
	text := "jobs:\n  - {name: news, actor: feed-check, schedule: \"@daily\", with: {url: \"https://example.com\", max_age: 0s}}\n"
	if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		ok   bool
		want string
	}{
		{"check jobs.yaml", true, "news"},
		{"check " + wrong, false, "wrong.yaml:2:92: with: max_age must be more than 0"},
		{"--version", true, "curfew "},
		{"demo --auto", true, "0 differences"},
	} {
		out, err := exec.Command(program, strings.Fields(c.args)...).CombinedOutput()
		if (err == nil) != c.ok || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v; want %q in\n%s", c.args, err, c.want, out)
		}
	}
}
