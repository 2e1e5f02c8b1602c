package process

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestJobThatEndsItsDaemon has a job that ends its own daemon, as one does that restarts the machine. It runs twice
// before a person is asked, in whatever way it ends the daemon and however few attempts it may have.
func TestJobThatEndsItsDaemon(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	for _, c := range []struct{ signal, retry string }{{"TERM", ""}, {"KILL", ""}, {"KILL", ", retry: {attempts: 1}"}} {
		name := "KILL" + c.retry
		if c.signal == "TERM" {
			name = "TERM"
		}
		ran := filepath.Join(t.TempDir(), "ran")
		d.Data, d.Args = filepath.Join(t.TempDir(), "data"), []string{"--drain", "100ms"}
		file := fmt.Sprintf("jobs:\n  - {name: reboot, actor: shell, schedule: '0 0 1 1 *', with: {command: \"echo x >>%s; kill -%s $PPID; sleep 60\"}%s}\n", ran, c.signal, c.retry)
		d.Start(file)
		if strings.Contains(d.Log.String(), "in order") {
			t.Errorf("%s: the first daemon speaks of one before:\n%s", name, d.Log.String())
		}
		_, _ = d.Client.RunNow(t.Context(), "reboot") // the job may be quicker than the answer
		said := ""                                    // by the programs that have ended
		for range 2 {
			if err := d.Wait(); (err == nil) != (c.signal == "TERM") {
				t.Fatalf("%s: the program ended so: %v", name, err)
			}
			said += d.Log.String()
			d.Launch(file)
		}
		d.Answers()
		if told := strings.Contains(d.Log.String(), "the daemon before did not stop in order"); told != (c.signal == "KILL") {
			t.Errorf("%s: that the one before did not stop in order is said: %t\n%s", name, told, d.Log.String())
		}
		world.Eventually(t, "the question", func() bool { return slices.Contains(holdsOf(d, "reboot"), messages.HoldAsk) })
		if text, err := os.ReadFile(ran); err != nil || strings.Count(string(text), "x") != 2 {
			t.Errorf("%s: it ran %q (%v), want twice", name, text, err)
		}
		for _, command := range [][]string{{"explain", "reboot"}, {"job", "list"}} {
			if out := string(d.Run(nil, command...)); !strings.Contains(out, "reboot") ||
				!strings.Contains(out, "held") {
				t.Errorf("%s: %v says\n%s", name, command, out)
			}
		}
		if out := string(d.Run(nil, "explain", "reboot")); !strings.Contains(out, "job run reboot`") || !strings.Contains(out, "job cancel reboot`") {
			t.Errorf("%s: explain does not say how to answer:\n%s", name, out)
		}
		// One that ended in order may have said it itself, at its end.
		world.Eventually(t, "the notification in the log", func() bool { return strings.Contains(said+d.Log.String(), "may be what ends Curfew") })
		d.Run(nil, "job", "cancel", "reboot")
		if err := d.End(syscall.SIGTERM); err != nil {
			t.Errorf("%s: after SIGTERM: %v", name, err)
		}
	}
}

// holdsOf returns the holds of the newest run of a job.
func holdsOf(d *world.Daemon, job string) []messages.Hold {
	d.T.Helper()
	got, err := d.Client.Runs(d.T.Context(), contract.RunQuery{Job: job, Page: contract.Page{Limit: 1}})
	if err != nil {
		d.T.Fatal(err)
	}
	if len(got.Body.Items) == 0 {
		return nil
	}
	return got.Body.Items[0].Holds
}
