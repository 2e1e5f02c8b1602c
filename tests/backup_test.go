package tests

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
)

// TestBackupAndRestore backs the real program up while its gate is closed, goes on for a while, and then puts
// the backup back: the gate, its generation and the held runs are as they were, and run once after a sign-in,
// although the folder's tokens are newer than the journal by then.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	backend := newChatServer(t)
	d := newDaemon(t)
	file := fmt.Sprintf(crashFile, backend.url)
	d.start(file)
	backend.accept("token-1")
	d.run([]byte("token-1\n"), "session", "login", messages.DefaultSession)
	file += crashAgents
	_ = d.end(syscall.SIGTERM)
	d.start(file)
	d.beats("inbox", 1)
	d.beats("briefing", 1)
	backend.accept("")
	eventually(t, "two held runs", func() bool { return len(d.held()) == 2 && backend.count(unanswered) == 0 })
	before, held := d.session(), d.held()

	copyFile := filepath.Join(t.TempDir(), "copy.db")
	if said := string(d.run(nil, "journal", "backup", copyFile)); !strings.Contains(said, "checked") {
		t.Errorf("backup: %s", said)
	}
	backend.accept("token-2")
	d.run([]byte("token-2\n"), "session", "login", messages.DefaultSession)
	d.beats("inbox", 2)
	if err := d.end(syscall.SIGKILL); err == nil {
		t.Error("the daemon was killed and says nothing of it")
	}

	out, err := exec.Command(d.bin, "journal", "restore", copyFile, "--data", d.data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "--replace moves it aside") {
		t.Errorf("over a journal: %v, %s", err, out)
	}
	d.run(nil, "journal", "restore", copyFile, "--replace")
	if aside, _ := filepath.Glob(filepath.Join(d.data, "curfew.db.replaced-*")); len(aside) == 0 {
		t.Error("the journal that was there is gone")
	}
	d.start(file)
	if now := d.session(); now.State != "closed" || now.Generation != before.Generation {
		t.Errorf("restored, the session is %+v; it was %+v", now, before)
	}
	if now := d.held(); !maps.Equal(now, held) {
		t.Errorf("restored, %v are held; it was %v", now, held)
	}
	backend.accept("token-3")
	d.run([]byte("token-3\n"), "session", "login", messages.DefaultSession)
	for job, id := range held {
		eventually(t, "the held run of "+job, func() bool {
			run, err := d.client.Run(t.Context(), id)
			return err == nil && run.Body.Status == messages.StatusSucceeded
		})
	}
	if err := d.end(syscall.SIGTERM); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	checkJournal(t, d.run(nil, "journal", "export"))
	if _, err := os.Stat(copyFile); err != nil {
		t.Error(err)
	}
}
