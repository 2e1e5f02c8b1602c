package world

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"

	"curfew/internal/api"
	"curfew/messages"
)

// Daemon is the built program on a data folder, as a process of its own.
type Daemon struct {
	T       *testing.T
	Bin     string
	Data    string
	File    string
	Args    []string // more arguments of start
	Env     []string // more of its environment
	Wrap    []string // a command that runs it
	Stderr  *os.File // where its log goes; nil: log
	Attr    *syscall.SysProcAttr
	Log     logBuffer // of the process that runs now
	Process *exec.Cmd
	Client  *api.Client
}

// logBuffer takes in a log that is read while it is written.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func (b *logBuffer) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.buf.Reset()
}

// NewDaemon makes a daemon that has not been started, in a folder of its own.
func NewDaemon(t *testing.T) *Daemon {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return NewDaemonOf(t, path)
}

// NewDaemonOf is the same for a program that is built otherwise.
func NewDaemonOf(t *testing.T, program string) *Daemon {
	t.Helper()
	dir := folder(t)
	d := &Daemon{T: t, Bin: filepath.Join(dir, "curfew"), Data: filepath.Join(dir, "data"), File: filepath.Join(dir, "jobs.yaml")}
	if err := os.Link(program, d.Bin); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if d.Process != nil {
			d.End(syscall.SIGKILL) //nolint:errcheck // it was killed, and the test is over
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

// Launch starts the program with a job file.
func (d *Daemon) Launch(file string) {
	d.T.Helper()
	if err := os.WriteFile(d.File, []byte(file), 0o600); err != nil {
		d.T.Fatal(err)
	}
	d.Log.Reset()
	argv := append(append([]string{}, d.Wrap...), d.Bin, "start", "--config", d.File, "--data", d.Data, "--listen", "off")
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
}

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
	if err := d.Process.Process.Signal(sig); err != nil {
		d.T.Fatal(err)
	}
	return d.Wait()
}

// Wait waits until the process has ended.
func (d *Daemon) Wait() error {
	d.T.Helper()
	if d.Client != nil {
		d.Client.Close()
		d.Client = nil
	}
	proc := d.Process
	d.Process = nil
	err := proc.Wait()
	if d.T.Failed() {
		d.T.Logf("the daemon's log:\n%s", d.Log.String())
	}
	return err
}

// Run runs the program with a token, or something else, on its standard input.
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

func (d *Daemon) Session() api.Session {
	d.T.Helper()
	got, err := d.Client.Session(d.T.Context(), messages.DefaultSession)
	if err != nil {
		d.T.Fatal(err)
	}
	return got.Body
}

func (d *Daemon) Job(name string) api.Job {
	d.T.Helper()
	got, err := d.Client.Job(d.T.Context(), name)
	if err != nil {
		d.T.Fatal(err)
	}
	return got.Body
}

// Held are the held runs by job.
func (d *Daemon) Held() map[string]messages.RunID {
	d.T.Helper()
	got, err := d.Client.Jobs(d.T.Context(), api.JobQuery{Page: api.Page{Limit: api.MaxLimit}})
	if err != nil {
		d.T.Fatal(err)
	}
	held := map[string]messages.RunID{}
	for _, j := range got.Body.Items {
		if j.Held != nil {
			held[j.Name] = *j.Held
		}
	}
	return held
}

// Succeeded counts the runs of a job that succeeded, as far as the daemon remembers.
func (d *Daemon) Succeeded(job string) int {
	d.T.Helper()
	got, err := d.Client.Runs(d.T.Context(), api.RunQuery{Job: job, Status: messages.StatusSucceeded, Page: api.Page{Limit: api.MaxLimit}})
	if err != nil {
		d.T.Fatal(err)
	}
	return len(got.Body.Items)
}

// Beats waits until a job has succeeded n times more.
func (d *Daemon) Beats(job string, n int) {
	d.T.Helper()
	until := d.Succeeded(job) + n
	Eventually(d.T, fmt.Sprintf("%d more runs of %s", n, job), func() bool { return d.Succeeded(job) >= until })
}
