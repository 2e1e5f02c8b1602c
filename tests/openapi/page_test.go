package openapi

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curfew/tests/internal/world"
)

// TestLinesOfThePage: every line of curl in docs/api.md works as it stands, for a user with the data folder where it
// usually is, over the socket and over TCP. Only the port is another, since several daemons run here.
func TestLinesOfThePage(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("not run: there is no curl")
	}
	page, err := os.ReadFile("../../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	d := world.NewDaemon(t)
	home := filepath.Dir(d.Data)
	d.Data = filepath.Join(home, ".local", "share", "curfew")
	if err := os.MkdirAll(d.Data, 0o700); err != nil {
		t.Fatal(err)
	}
	d.Listen = "127.0.0.1:0"
	d.Start(`
sessions: {default: {backend: "http://127.0.0.1:1"}}
jobs:
  - {name: backup, actor: shell, schedule: "0 7 * * *", with: {command: "echo saved"}}
`)
	url, token := address(t, d.Data)
	if err := os.WriteFile(filepath.Join(home, ".curlrc"), []byte("fail-with-body\nsilent\nshow-error\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tried := 0
	for _, fence := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1) {
		script := strings.ReplaceAll(string(fence[1]), "http://127.0.0.1:7717", url)
		if !strings.Contains(script, "curl ") {
			continue
		}
		tried += strings.Count(script, "curl ")
		sh := exec.CommandContext(t.Context(), "sh", "-euxc", script)
		sh.Env = append(os.Environ(), "HOME="+home, "TOKEN=a-token")
		out, err := sh.CombinedOutput()
		if err != nil {
			t.Errorf("%v of\n%s\n%s", err, script, strings.ReplaceAll(string(out), token, "TOKEN"))
		}
	}
	if tried < 20 {
		t.Errorf("only %d lines were found", tried)
	}
}
