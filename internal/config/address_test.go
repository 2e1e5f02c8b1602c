package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/config"
)

// TestUnreachable: what a job file names outside of itself is looked at where it stands, and not repeated.
func TestUnreachable(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"url": "https://hooks.example.com/planted", "empty": " \n", "odd": "slack://planted-secret"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOOD_URL", "https://hooks.example.com/planted-secret")
	t.Setenv("ODD_URL", "planted-secret")
	t.Setenv("ODD_DSN", "planted-secret")
	const file = `
targets:
  good: {webhook_env: GOOD_URL}
  kept: {webhook_file: url}
  unset: {webhook_env: NO_SUCH_URL}
  odd: {webhook_env: ODD_URL}
  empty: {url_file: empty}
  none: {url_file: nothing}
  slack: {url_file: odd}
  folder: {file: .}
  notes: {file: notes}
  lost: {file: no-such-folder/notes}
sentry: {dsn_env: ODD_DSN}
jobs:
  - name: a
    actor: shell
    schedule: "@daily"
    with: {command: x}
    healthcheck: {url_env: NO_SUCH_MONITOR}
`
	conf, err := config.Parse("f.yaml", []byte(file), dir, kinds())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range conf.Unreachable() {
		got = append(got, strings.ReplaceAll(p.String(), dir, "DIR"))
	}
	want := []string{
		"f.yaml:5:3: target unset cannot be used: the variable NO_SUCH_URL is not set in the environment",
		"f.yaml:6:3: target odd cannot be used: the address in the variable ODD_URL must be a URL such as https://hooks.example.com/curfew",
		"f.yaml:7:3: target empty cannot be used: the file with the address is empty: DIR/empty",
		"f.yaml:8:3: target none cannot be used: the file with the address cannot be read: open DIR/nothing: no such file or directory",
		"f.yaml:9:3: target slack cannot be used: the address in the file DIR/odd is not valid for slack: invalid slack token format",
		"f.yaml:10:3: target folder cannot be used: DIR is not a regular file",
		"f.yaml:12:3: target lost cannot be used: stat DIR/no-such-folder: no such file or directory",
		"f.yaml:19:18: the monitor of job a cannot be used: the variable NO_SUCH_MONITOR is not set in the environment",
		"f.yaml:13:9: error reports go to the log only: invalid DSN; expected https://KEY@HOST/PROJECT",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
