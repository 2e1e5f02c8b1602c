package process

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestBackupAndRestore makes a backup of the real program while its gate is closed, and restores it later. The gate,
// its generation and the held runs are as they were, and the runs run once after a sign-in, although the tokens of the
// folder are newer than the journal.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	backend := world.NewBackend(t)
	d := world.NewDaemon(t)
	file := fmt.Sprintf(world.HeartbeatFile, backend.URL)
	d.Start(file)
	backend.Accept("token-1")
	d.Run([]byte("token-1\n"), "session", "login", messages.DefaultSession)
	file += world.AgentJobs
	_ = d.End(syscall.SIGTERM)
	d.Start(file)
	d.Beats("inbox", 1)
	d.Beats("briefing", 1)
	backend.Accept("")
	world.Eventually(t, "two held runs", func() bool { return len(d.Held()) == 2 && backend.Count(world.Unanswered) == 0 })
	before, held := d.Session(), d.Held()

	copyFile := filepath.Join(t.TempDir(), "copy.db")
	if said := string(d.Run(nil, "journal", "backup", copyFile)); !strings.Contains(said, "checked") {
		t.Errorf("backup: %s", said)
	}
	backend.Accept("token-2")
	d.Run([]byte("token-2\n"), "session", "login", messages.DefaultSession)
	d.Beats("inbox", 2)
	if err := d.End(syscall.SIGKILL); err == nil {
		t.Error("the daemon was killed and says nothing of it")
	}

	out, err := exec.Command(d.Bin, "journal", "restore", copyFile, "--data", d.Data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--replace moves it aside") {
		t.Errorf("over a journal: %v, %s", err, out)
	}
	d.Run(nil, "journal", "restore", copyFile, "--replace")
	if aside, _ := filepath.Glob(filepath.Join(d.Data, "curfew.db.replaced-*")); len(aside) == 0 {
		t.Error("the journal that was there is gone")
	}
	d.Start(file)
	if now := d.Session(); now.State != "closed" || now.Generation != before.Generation {
		t.Errorf("restored, the session is %+v; it was %+v", now, before)
	}
	if now := d.Held(); !maps.Equal(now, held) {
		t.Errorf("restored, %v are held; it was %v", now, held)
	}
	backend.Accept("token-3")
	d.Run([]byte("token-3\n"), "session", "login", messages.DefaultSession)
	for job, id := range held {
		world.Eventually(t, "the held run of "+job, func() bool {
			run, err := d.Client.Run(t.Context(), id)
			return err == nil && run.Body.Status == messages.StatusSucceeded
		})
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	world.CheckJournal(t, d.Run(nil, "journal", "export"))
	if _, err := os.Stat(copyFile); err != nil {
		t.Error(err)
	}
}
