package tests

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

// daemon is the built program on a data folder, as a process of its own.
type daemon struct {
	t      *testing.T
	bin    string
	data   string
	file   string
	args   []string // more arguments of start
	env    []string // more of its environment
	wrap   []string // a command that runs it
	stderr *os.File // where its log goes; nil: log
	attr   *syscall.SysProcAttr
	log    logBuffer // of the process that runs now
	proc   *exec.Cmd
	client *api.Client
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

// newDaemon makes a daemon that has not been started, in a folder of its own.
func newDaemon(t *testing.T) *daemon {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return newDaemonOf(t, path)
}

// newDaemonOf is the same for a program that is built otherwise.
func newDaemonOf(t *testing.T, program string) *daemon {
	t.Helper()
	dir := folder(t)
	d := &daemon{t: t, bin: filepath.Join(dir, "curfew"), data: filepath.Join(dir, "data"), file: filepath.Join(dir, "jobs.yaml")}
	if err := os.Link(program, d.bin); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if d.proc != nil {
			d.end(syscall.SIGKILL) //nolint:errcheck // it was killed, and the test is over
		}
	})
	return d
}

// start starts the program with a job file and waits until it answers.
func (d *daemon) start(file string) {
	d.t.Helper()
	d.launch(file)
	d.answers()
}

// launch starts the program with a job file.
func (d *daemon) launch(file string) {
	d.t.Helper()
	if err := os.WriteFile(d.file, []byte(file), 0o600); err != nil {
		d.t.Fatal(err)
	}
	d.log.Reset()
	argv := append(append([]string{}, d.wrap...), d.bin, "start", "--config", d.file, "--data", d.data, "--listen", "off")
	argv = append(argv, d.args...)
	d.proc = exec.Command(argv[0], argv[1:]...)
	d.proc.Env = append(os.Environ(), d.env...)
	d.proc.Stderr, d.proc.SysProcAttr = &d.log, d.attr
	if d.stderr != nil {
		d.proc.Stderr = d.stderr
	}
	if err := d.proc.Start(); err != nil {
		d.t.Fatal(err)
	}
}

// answers waits until the program answers.
func (d *daemon) answers() {
	d.t.Helper()
	eventually(d.t, "the daemon to answer", func() bool {
		c, err := api.Dial(d.data)
		if err != nil || c.Healthy(d.t.Context()) != nil {
			return false
		}
		d.client = c
		return true
	})
}

// end sends the process a signal and waits until it has ended.
func (d *daemon) end(sig syscall.Signal) error {
	d.t.Helper()
	if err := d.proc.Process.Signal(sig); err != nil {
		d.t.Fatal(err)
	}
	return d.wait()
}

// wait waits until the process has ended.
func (d *daemon) wait() error {
	d.t.Helper()
	if d.client != nil {
		d.client.Close()
		d.client = nil
	}
	proc := d.proc
	d.proc = nil
	err := proc.Wait()
	if d.t.Failed() {
		d.t.Logf("the daemon's log:\n%s", d.log.String())
	}
	return err
}

// run runs the program with a token, or something else, on its standard input.
func (d *daemon) run(stdin []byte, args ...string) []byte {
	d.t.Helper()
	c := exec.Command(d.bin, append(args, "--data", d.data)...)
	c.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	c.Stderr = &stderr
	out, err := c.Output()
	if err != nil {
		d.t.Fatalf("%v: %v\n%s%s", args, err, out, stderr.Bytes())
	}
	return out
}

func (d *daemon) session() api.Session {
	d.t.Helper()
	got, err := d.client.Session(d.t.Context(), messages.DefaultSession)
	if err != nil {
		d.t.Fatal(err)
	}
	return got.Body
}

func (d *daemon) job(name string) api.Job {
	d.t.Helper()
	got, err := d.client.Job(d.t.Context(), name)
	if err != nil {
		d.t.Fatal(err)
	}
	return got.Body
}

// held are the held runs by job.
func (d *daemon) held() map[string]messages.RunID {
	d.t.Helper()
	got, err := d.client.Jobs(d.t.Context(), api.JobQuery{Page: api.Page{Limit: api.MaxLimit}})
	if err != nil {
		d.t.Fatal(err)
	}
	held := map[string]messages.RunID{}
	for _, j := range got.Body.Items {
		if j.Held != nil {
			held[j.Name] = *j.Held
		}
	}
	return held
}

// succeeded counts the runs of a job that succeeded, as far as the daemon remembers.
func (d *daemon) succeeded(job string) int {
	d.t.Helper()
	got, err := d.client.Runs(d.t.Context(), api.RunQuery{Job: job, Status: messages.StatusSucceeded, Page: api.Page{Limit: api.MaxLimit}})
	if err != nil {
		d.t.Fatal(err)
	}
	return len(got.Body.Items)
}

// beats waits until a job has succeeded n times more.
func (d *daemon) beats(job string, n int) {
	d.t.Helper()
	until := d.succeeded(job) + n
	eventually(d.t, fmt.Sprintf("%d more runs of %s", n, job), func() bool { return d.succeeded(job) >= until })
}
