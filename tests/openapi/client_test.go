package openapi

import (
	"flag"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"curfew/tests/internal/world"
)

var lister = flag.String("lister", "", "the program .ci/openapi/lister, which lists jobs with a client made from docs/openapi.json")

// TestMadeClient: a client that a program of others has made from docs/openapi.json lists the jobs of the real program.
func TestMadeClient(t *testing.T) {
	if *lister == "" {
		t.Skip("not run: .ci/run makes the client, with a program that it takes from the module proxy")
	}
	d := world.NewDaemon(t)
	d.Listen = "127.0.0.1:0"
	d.Start(`
jobs:
  - {name: one, actor: shell, schedule: "@yearly", with: {command: "true"}}
  - {name: two, actor: shell, schedule: "@daily", enabled: false, with: {command: "true"}}
`)
	url, _ := address(t, d.Data)
	out, err := exec.CommandContext(t.Context(), *lister, url, filepath.Join(d.Data, "api.read.token")).CombinedOutput()
	if got := strings.TrimSpace(string(out)); err != nil || got != "one idle\ntwo paused" {
		t.Errorf("%v: %s", err, got)
	}
}
