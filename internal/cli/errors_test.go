package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/shell"
	"curfew/internal/daemon"
)

// TestWrongArgumentsInJSON: an error is problem+json wherever -o json stands.
func TestWrongArgumentsInJSON(t *testing.T) {
	for _, args := range []string{"job list --bogus -o json", "-o json job list --bogus", "session expire s --generation x --output=json"} {
		var out, errs bytes.Buffer
		code := App{}.Main(strings.Fields(args), strings.NewReader(""), &out, &errs)
		if code != ExitUsage || out.Len() > 0 || !strings.HasPrefix(errs.String(), `{"type":"about:blank"`) {
			t.Errorf("%s: exit %d, %q, %q", args, code, out.String(), errs.String())
		}
	}
}

// TestWrongUsage: what no second try mends exits as wrong usage does, so that a service manager does not start it again.
func TestWrongUsage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "jobs.yaml")
	if err := os.WriteFile(file, []byte("jobs:\n  - {name: a, actor: shell, schedule: \"@daily\", with: {command: \"true\"}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(dir, "data")
	kinds := new(actors.Registry)
	actors.Register(kinds, shell.New)
	for _, args := range [][]string{
		{"check", dir},
		{"check", os.DevNull},
		{"start", "--config", dir},
		{"next", "a", "--config", dir},
		{"start", "--config", file, "--listen", "0.0.0.0:0"},
		{"start", "--config", file, "--listen", "127.0.0.1:99999"},
	} {
		var out, errs bytes.Buffer
		app := App{Kinds: kinds, Start: func(context.Context, daemon.Options) error { return errors.New("started") }}
		if code := app.Main(append(args, "--data", data), strings.NewReader(""), &out, &errs); code != ExitUsage || errs.Len() == 0 {
			t.Errorf("%s: exit %d, %s", args, code, errs.String())
		}
	}
}
