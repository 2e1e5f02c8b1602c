package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// orphanFile has a job whose first attempt starts a child that outlives it, and whose next one writes whether the child
// still runs.
const orphanFile = `
jobs:
  - name: parent
    actor: shell
    schedule: "@yearly"
    with:
      command: |
        if [ -e child ]; then
          if grep -qs '^State:.[RSD]' /proc/$(cat child)/status; then echo alive; else echo gone; fi >> found
          exit 0
        fi
        (sleep 1000 & echo $! > new; mv new child; wait)
`

// TestOrphans kills the real program under a job with children. The next start ends the children before it repeats the
// run.
func TestOrphans(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start(orphanFile)
	d.Run(nil, "job", "run", "parent")
	world.Eventually(t, "the child", func() bool { _, err := os.Stat(filepath.Join(dir, "child")); return err == nil })
	pid := strings.TrimSpace(world.Contents(t, filepath.Join(dir, "child")))
	alive := func() bool {
		raw, err := os.ReadFile("/proc/" + pid + "/status")
		return err == nil && !strings.Contains(string(raw), "State:\tZ")
	}
	t.Cleanup(func() {
		if n, err := strconv.Atoi(pid); err == nil && alive() {
			_ = syscall.Kill(n, syscall.SIGKILL)
		}
	})
	_ = d.End(syscall.SIGKILL) // it says that it was killed
	notes, err := filepath.Glob(filepath.Join(d.Data, "procs", "*.json"))
	if err != nil || len(notes) != 1 || !alive() {
		t.Fatalf("after the kill: notes %v, %v; the child is alive: %v", notes, err, alive())
	}
	d.Start(orphanFile)
	if alive() {
		t.Error("the daemon answers, and the child is still alive")
	}
	world.Eventually(t, "the next attempt", func() bool { return d.Succeeded("parent") == 1 })
	if found := world.Contents(t, filepath.Join(dir, "found")); found != "gone\n" {
		t.Errorf("the next attempt found the child %s", found)
	}
	if want := fmt.Sprintf("sleep (pid %s)", pid); !strings.Contains(d.Log.String(), want) {
		t.Errorf("the log does not say %s:\n%s", want, d.Log.String())
	}
	run, _ := d.Client.Job(t.Context(), "parent")
	if last := run.Body.LastRun; last == nil || last.Status != messages.StatusSucceeded {
		t.Errorf("the run: %+v", last)
	}
	if notes, _ = filepath.Glob(filepath.Join(d.Data, "procs", "*")); len(notes) != 0 {
		t.Errorf("notes are left: %v", notes)
	}
}
