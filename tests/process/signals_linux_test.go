package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// signalFile has a job that runs until it may end, one that fails, and one that prints the signals that it would
// ignore.
const signalFile = `
jobs:
  - {name: patient, actor: shell, schedule: "@yearly", with: {command: "until [ -e %GO% ]; do sleep 0.02; done; echo went"}}
  - {name: failing, actor: shell, schedule: "@yearly", retry: {attempts: 1}, with: {command: "echo broken >&2; exit 1"}}
  - {name: quiet, actor: shell, schedule: "@yearly", with: {command: "sleep 1"}}
  - {name: signals, actor: shell, schedule: "@yearly", with: {command: "grep SigIgn: /proc/self/status"}}
`

// withPatient starts the program and its patient job; release lets the job end.
func withPatient(d *world.Daemon) (release func()) {
	d.T.Helper()
	path := filepath.Join(filepath.Dir(d.Data), "go")
	d.Start(strings.ReplaceAll(signalFile, "%GO%", path))
	d.Run(nil, "job", "run", "patient")
	world.Eventually(d.T, "the job to run", func() bool { return d.Job("patient").State == contract.JobRunning })
	return func() {
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			d.T.Fatal(err)
		}
	}
}

// mustHaveDrained waits for a daemon that was told to stop, and checks that the patient job has come to its end.
func mustHaveDrained(d *world.Daemon) {
	d.T.Helper()
	if err := d.Wait(); err != nil {
		d.T.Errorf("after the drain: %v", err)
	}
	recs := world.CheckJournal(d.T, d.Run(nil, "journal", "export"))
	succeeded := false
	for _, r := range recs {
		if f, ok := r.Body.(messages.AttemptSucceeded); ok {
			succeeded = succeeded || f.Job == "patient" && f.Output == "went\n"
		}
	}
	if !succeeded || hasInterruption(recs) {
		d.T.Errorf("what ran has not come to its end: %v", recs)
	}
}

// TestHangUpReloads sends HUP: the job file is read again, and what runs goes on. One that is not valid changes nothing,
// and the log says where it is wrong.
func TestHangUpReloads(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	release := withPatient(d)
	file, err := os.ReadFile(d.File)
	if err != nil {
		t.Fatal(err)
	}
	hangUp := func(text, logged string) {
		t.Helper()
		if err := os.WriteFile(d.File, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := d.Process.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		world.Eventually(t, "the log to say "+logged, func() bool { return strings.Contains(d.Log.String(), logged) })
	}
	hangUp(string(file)+"  - {name: later, actor: shell, schedule: \"61 * * * *\", with: {command: \"true\"}}\n", "jobs.yaml:7:")
	hangUp(string(file)+"  - {name: later, actor: shell, schedule: \"@yearly\", with: {command: \"true\"}}\n", "1 new (later), 4 as before")
	if state := d.Job("patient").State; state != contract.JobRunning {
		t.Errorf("after the reload the job that ran is %s", state)
	}
	d.Run(nil, "job", "run", "later", "--wait")
	release()
	world.Eventually(t, "the patient job to end", func() bool { return d.Job("patient").State == contract.JobIdle })
	if err := d.Process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	mustHaveDrained(d)
}

// TestHangUpUnderNohup starts the daemon with HUP ignored, and it stays ignored.
func TestHangUpUnderNohup(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	d.Wrap = []string{"/bin/sh", "-c", `trap '' HUP; exec "$@"`, "sh"}
	release := withPatient(d)
	if err := d.Process.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	release()
	d.Run(nil, "job", "run", "quiet", "--wait") // refused by a daemon that stops
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// TestClosedTerminalDrains closes the terminal in which the daemon was started.
func TestClosedTerminalDrains(t *testing.T) {
	t.Parallel()
	near, far := newTerminal(t)
	d := world.NewDaemon(t)
	d.Stderr, d.Attr = far, &syscall.SysProcAttr{Setsid: true, Setctty: true, Ctty: 2}
	shown := make(chan string)
	go func() {
		text, _ := io.ReadAll(near) // ends with an error when it is closed
		shown <- string(text)
	}()
	release := withPatient(d)
	_ = far.Close()
	_ = near.Close()
	if text := <-shown; !strings.Contains(text, "cron: ready") {
		t.Errorf("on the terminal: %q", text)
	}
	world.Eventually(t, "the daemon to drain", func() bool { return d.Client.Ready(t.Context()) != nil })
	release()
	mustHaveDrained(d)
}

// TestLostLog closes the reader of the log and sends PIPE, too. No run is lost, the daemon does not spin, and jobs do
// not ignore the signal.
func TestLostLog(t *testing.T) {
	t.Parallel()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	d := world.NewDaemon(t)
	d.Stderr = w
	d.Args = []string{"--log-level", "debug"}
	release := withPatient(d)
	_, _ = r.Close(), w.Close()
	for range 3 {
		if err := d.Process.Process.Signal(syscall.SIGPIPE); err != nil {
			t.Fatal(err)
		}
		if code, out := command(d, "job", "run", "failing", "--wait"); code != 1 ||
			!strings.Contains(out, "exit status 1: broken") {
			t.Errorf("exit %d: %s", code, out)
		}
	}
	before, began := cpu(t, d.Process.Process.Pid), time.Now()
	d.Run(nil, "job", "run", "quiet", "--wait")
	used, waited := cpu(t, d.Process.Process.Pid)-before, time.Since(began)
	if used > waited/2 { // waiting longer, on a busy machine, takes more looks at the run
		t.Errorf("%s of CPU time were used in %s while a job slept for a second", used, waited)
	}
	if out := d.Run(nil, "job", "run", "signals", "--wait"); !bytes.Contains(out, []byte("0000000000000000")) {
		t.Errorf("a job ignores signals: %s", out)
	}
	release()
	world.Eventually(t, "the patient job to end", func() bool { return d.Job("patient").State == contract.JobIdle })
	if err := d.Process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	mustHaveDrained(d)
}

// TestFollowersWithoutReader runs commands that follow a run, with no reader of their output. They end before there is
// more to print; the run goes on.
func TestFollowersWithoutReader(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	release := withPatient(d)
	id := d.Job("patient").LastRun.ID
	for _, args := range [][]string{{"run", "logs", "-f", string(id)}, {"job", "run", "quiet", "--wait"}, {"job", "run", "patient", "--wait"}} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		c := exec.Command(d.Bin, append(args, "--data", d.Data)...)
		c.Stdout = w
		err = c.Run() // it would wait for ever
		_ = w.Close()
		if ended, ok := c.ProcessState.Sys().(syscall.WaitStatus); err != nil && (!ok || !ended.Signaled() &&
			ended.ExitStatus() != 1) {
			t.Errorf("%v: %v", args, err)
		}
	}
	release()
	world.Eventually(t, "the patient job to end", func() bool { return d.Job("patient").State == contract.JobIdle })
}

// command runs a command of the program and returns its exit code and its output.
func command(d *world.Daemon, args ...string) (code int, out string) {
	d.T.Helper()
	c := exec.Command(d.Bin, append(args, "--data", d.Data)...)
	text, err := c.CombinedOutput()
	if c.ProcessState == nil {
		d.T.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(text)
}

// newTerminal opens a terminal: near is the end of its window, far the end of programs.
func newTerminal(t *testing.T) (near, far *os.File) {
	t.Helper()
	near, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("this machine gives out no terminals: %v", err)
	}
	t.Cleanup(func() { _ = near.Close() })
	raw, err := near.SyscallConn() // Fd would make it a file that cannot be closed while it is read
	if err != nil {
		t.Fatal(err)
	}
	var n int
	controlErr := raw.Control(func(fd uintptr) {
		if n, err = unix.IoctlGetInt(int(fd), unix.TIOCGPTN); err == nil {
			err = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0)
		}
	})
	if err = errors.Join(err, controlErr); err == nil {
		far, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|syscall.O_NOCTTY, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = far.Close() })
	return near, far
}

// cpu returns the CPU time that a process has used.
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	const user, system, tick = 11, 12, 10 * time.Millisecond // after the name; USER_HZ is 100 everywhere
	fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
	var sum time.Duration
	for _, i := range []int{user, system} {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			t.Fatal(err)
		}
		sum += time.Duration(n) * tick
	}
	return sum
}
