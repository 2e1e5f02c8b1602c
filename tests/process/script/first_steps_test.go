package script_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"curfew/tests/internal/world"
)

// TestFirstSteps runs the lines of docs/first-steps.md, as a new user does. Only the API's port is left out, since several
// daemons run here, and the daemon is stopped at the end.
func TestFirstSteps(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("not run: there is no curl")
	}
	program, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../../docs/first-steps.md")
	if err != nil {
		t.Fatal(err)
	}
	script := "trap 'kill $!; wait $!' EXIT\n"
	for _, fence := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(page, -1) {
		script += string(fence[1])
	}
	script = strings.ReplaceAll(script, "curfew start ", "curfew start --listen off ")
	script = strings.ReplaceAll(script, "curl ", "curl --silent --show-error --fail-with-body ")
	home := t.TempDir()
	ctx, cancel := context.WithTimeout(t.Context(), longest)
	defer cancel()
	sh := exec.CommandContext(ctx, "sh", "-euc", script)
	sh.Dir = home
	sh.Env = append(os.Environ(), "HOME="+home, "XDG_DATA_HOME=", "CURFEW_DATA=", "XDG_RUNTIME_DIR="+home,
		"PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"))
	out, err := sh.CombinedOutput()
	if err != nil {
		t.Errorf("%v of\n%s\n%s", err, script, out)
	}
	for _, want := range []string{
		"jobs.yaml: ok, 1 job", "saved", "succeeded", "jobs: 1 changed (backup)", "job digest: created",
		`+ schedule: "30 7 * * *"`, "job digest: removed", "curfew_jobs 1", "event: run.finished.v1",
	} {
		if !strings.Contains(string(out), want) {
			t.Errorf("nothing printed %q:\n%s", want, out)
		}
	}
}
