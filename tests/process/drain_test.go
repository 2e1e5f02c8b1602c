package process

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

// drainFile has a job that runs until it may end, and one that ignores orders to stop.
const drainFile = `
jobs:
  - {name: patient, actor: shell, schedule: "@yearly", with: {command: "until [ -e %GO% ]; do sleep 0.02; done; echo went"}}
  - {name: deaf, actor: shell, schedule: "@yearly", with: {command: "trap '' TERM; touch %DEAF%; while :; do sleep 1; done"}}
  - {name: other, actor: shell, schedule: "@yearly", with: {command: "echo other"}}
`

// TestDrain stops the daemon: running jobs come to their end, nothing starts, and /readyz and the service manager hear
// of it.
func TestDrain(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	manager := listenAsManager(t, filepath.Join(filepath.Dir(d.Data), "notify"))
	d.Env, d.Args = []string{"NOTIFY_SOCKET=" + manager.path, "WATCHDOG_USEC=200000"}, []string{"--drain", "1h"}
	release := filepath.Join(filepath.Dir(d.Data), "go")
	d.Start(strings.NewReplacer("%GO%", release, "%DEAF%", release+".deaf").Replace(drainFile))
	d.Run(nil, "job", "run", "patient")
	world.Eventually(t, "the job to run", func() bool { return d.Job("patient").State == contract.JobRunning })
	manager.mustSay(t, "READY=1", "WATCHDOG=1", "STATUS=3 jobs")
	if err := d.Process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	manager.mustSay(t, "STOPPING=1")
	var why error
	world.Eventually(t, "/readyz to say so", func() bool { why = d.Client.Ready(t.Context()); return why != nil })
	if !strings.Contains(why.Error(), "stopping: 1 attempts left") {
		t.Errorf("ready: %v", why)
	}
	if state := d.Job("patient").State; state != contract.JobRunning {
		t.Errorf("while the daemon drains the job is %s", state)
	}
	var p *api.Problem
	if _, err := d.Client.RunNow(t.Context(), "other"); !errors.As(err, &p) || p.Status != 503 {
		t.Errorf("a run that is asked for: %v; want it refused", err)
	}
	world.Eventually(t, "the log to say for whom it waits", func() bool {
		return strings.Contains(d.Log.String(), `waiting for attempts to finish	{"left": 1, "attempts": ["patient (run `)
	})
	if err := os.WriteFile(release, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.Wait(); err != nil {
		t.Errorf("after the drain: %v", err)
	}
	if lines := strings.Split(strings.TrimSpace(d.Log.String()), "\n"); !strings.HasSuffix(lines[len(lines)-1], "cron: stopped") {
		t.Errorf("the last line of the log is not that it has stopped: %s", lines[len(lines)-1])
	}
	if want := `"status": "succeeded", "attempts": 1`; !strings.Contains(d.Log.String(), want) {
		t.Errorf("the log does not say %q:\n%s", want, d.Log.String())
	}
	if recs := world.CheckJournal(t, d.Run(nil, "journal", "export")); len(recs) == 0 || hasInterruption(recs) {
		t.Errorf("an attempt was interrupted: %v", recs)
	}
}

// TestHurry sends the daemon three signals: the second interrupts its jobs, the third ends it. The journal has the
// results until then.
func TestHurry(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	d.Args = []string{"--drain", "1h"}
	deaf := filepath.Join(filepath.Dir(d.Data), "deaf")
	d.Start(strings.NewReplacer("%GO%", deaf, "%DEAF%", deaf).Replace(drainFile))
	d.Run(nil, "job", "run", "deaf")
	world.Eventually(t, "the job to be deaf", func() bool { _, err := os.Stat(deaf); return err == nil })
	for _, said := range []string{"nothing new begins", "were told to stop", "the next start reports them"} {
		if err := d.Process.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if said == "the next start reports them" {
			break // then it is gone
		}
		world.Eventually(t, "the log to say: "+said, func() bool { return strings.Contains(d.Log.String(), said) })
	}
	var exit *exec.ExitError
	if err := d.Wait(); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("ended by the third signal: %v; want exit 1", err)
	}
	world.CheckJournal(t, d.Run(nil, "journal", "export"))
	d.Args = nil
	d.Start(drainFile)
	recs := world.CheckJournal(t, d.Run(nil, "journal", "export"))
	if !hasInterruption(recs) {
		t.Error("the attempt that was left is not reported")
	}
}

func hasInterruption(recs []messages.Record) bool {
	for _, r := range recs {
		if _, ok := r.Body.(messages.AttemptInterrupted); ok {
			return true
		}
	}
	return false
}

// manager is a service manager that keeps its messages.
type manager struct {
	path string
	conn *net.UnixConn
	said string // all of it
}

func listenAsManager(t *testing.T, path string) *manager {
	t.Helper()
	c, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return &manager{path: path, conn: c}
}

// mustSay waits until the manager has got all these messages.
func (m *manager) mustSay(t *testing.T, wanted ...string) {
	t.Helper()
	buf := make([]byte, 4096)
	_ = m.conn.SetReadDeadline(time.Now().Add(patience.Limit))
	for _, want := range wanted {
		for !strings.Contains(m.said, want) {
			n, err := m.conn.Read(buf)
			if err != nil {
				t.Fatalf("the service manager was never told %s, only %q", want, m.said)
			}
			m.said += string(buf[:n]) + "\n"
		}
	}
}
