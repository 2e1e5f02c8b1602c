package world

import (
	"bytes"
	"cmp"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"curfew/internal/api"
	"curfew/tests/patience"
)

// Daemon is the built program on a data folder, as a process of its own.
type Daemon struct {
	T       testing.TB
	Bin     string   // the path of the program
	Data    string   // the data folder
	File    string   // the path of the job file
	Listen  string   // what --listen says; empty: off
	Args    []string // more arguments of start
	Env     []string // more variables of its environment
	Wrap    []string // a command that runs it
	Stderr  *os.File // where its log goes; nil: to Log
	Attr    *syscall.SysProcAttr
	Log     logBuffer   // of the process that runs now
	Process *exec.Cmd   // nil: it does not run
	Client  *api.Client // nil: it does not run, or has not answered yet
	ended   chan error  // has how the process ended
}

// Unsaid is the [Daemon.Listen] of a start without --listen.
const Unsaid = "unsaid"

// NewDaemon returns a daemon that has not been started, in a folder of its own. It is killed at the end of the test.
func NewDaemon(t testing.TB) *Daemon {
	t.Helper()
	path, err := Program()
	if err != nil {
		t.Fatal(err)
	}
	return NewDaemonOf(t, path)
}

// NewDaemonOf is [NewDaemon] for a program that was built differently.
func NewDaemonOf(t testing.TB, program string) *Daemon {
	t.Helper()
	dir := folder(t)
	d := &Daemon{T: t, Bin: filepath.Join(dir, "curfew"), Data: filepath.Join(dir, "data"), File: filepath.Join(dir, "jobs.yaml")}
	if err := os.Link(program, d.Bin); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if d.Process != nil {
			d.End(last(t)) //nolint:errcheck // it was killed, and the test is over
		}
	})
	return d
}

// Start starts the program with a job file and waits until it answers.
func (d *Daemon) Start(file string) {
	d.T.Helper()
	d.Launch(file)
	d.Answers()
}

// Launch starts the program with a job file and does not wait for it.
func (d *Daemon) Launch(file string) {
	d.T.Helper()
	if err := os.WriteFile(d.File, []byte(file), 0o600); err != nil {
		d.T.Fatal(err)
	}
	d.Log.Reset()
	argv := append(append([]string{}, d.Wrap...), d.Bin, "start", "--config", d.File, "--data", d.Data)
	if d.Listen != Unsaid {
		argv = append(argv, "--listen", cmp.Or(d.Listen, "off"))
	}
	argv = append(argv, d.Args...)
	d.Process = exec.Command(argv[0], argv[1:]...)
	d.Process.Env = append(os.Environ(), d.Env...)
	d.Process.Stderr, d.Process.SysProcAttr = &d.Log, d.Attr
	if d.Stderr != nil {
		d.Process.Stderr = d.Stderr
	}
	if err := d.Process.Start(); err != nil {
		d.T.Fatal(err)
	}
	ended, proc := make(chan error, 1), d.Process
	d.ended = ended
	go func() { ended <- proc.Wait() }()
}

// Ended reports whether the process has ended by itself. Then Wait returns at once.
func (d *Daemon) Ended() bool { return d.Process != nil && len(d.ended) > 0 }

// Answers waits until the program answers.
func (d *Daemon) Answers() {
	d.T.Helper()
	Eventually(d.T, "the daemon to answer", func() bool {
		c, err := api.Dial(d.Data)
		if err != nil || c.Healthy(d.T.Context()) != nil {
			return false
		}
		d.Client = c
		return true
	})
}

// End sends the process a signal and waits until it has ended.
func (d *Daemon) End(sig syscall.Signal) error {
	d.T.Helper()
	if err := d.Process.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		d.T.Fatal(err)
	}
	return d.Wait()
}

// last is the signal for a process that runs when its test is over. After a failure it says what its goroutines wait for.
func last(t testing.TB) syscall.Signal {
	if t.Failed() {
		return syscall.SIGQUIT
	}
	return syscall.SIGKILL
}

// Wait waits until the process has ended. One that does not end is a failure, and says what its goroutines wait for.
func (d *Daemon) Wait() error {
	d.T.Helper()
	if d.Client != nil {
		d.Client.Close()
		d.Client = nil
	}
	proc := d.Process
	d.Process = nil
	late := time.AfterFunc(patience.Limit, func() {
		d.T.Errorf("waited %s in vain for the daemon to end", patience.Limit)
		_ = proc.Process.Signal(syscall.SIGQUIT)
	})
	err := <-d.ended
	late.Stop()
	if d.T.Failed() {
		d.T.Logf("the daemon's log:\n%s", d.Log.String())
	}
	return err
}

// Run runs a command of the program on the data folder and returns its output. stdin is its standard input.
func (d *Daemon) Run(stdin []byte, args ...string) []byte {
	d.T.Helper()
	c := exec.Command(d.Bin, append(args, "--data", d.Data)...)
	c.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		d.T.Fatalf("%v: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return out
}
