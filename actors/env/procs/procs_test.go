//go:build unix

package procs

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/messages"
	"curfew/tests/patience"
)

// Variables that make the test binary another program.
const (
	leaves     = "PROCS_TEST_LEAVES" // one that leaves its process group, until the named pipe is written to
	daemonRuns = "PROCS_TEST_DAEMON" // one that runs the script
	notesIn    = "PROCS_TEST_NOTES"  // and keeps notes in that folder
	runsAs     = "PROCS_TEST_USER"   // and runs it as that user
	printsRun  = "PROCS_TEST_PRINTS" // one that runs the script, and prints what that printed
)

// leave ends a process that a test has started. Before an os.Exit the race detector waits for a second.
var leave = syscall.Exit

func TestMain(m *testing.M) {
	if script, ok := os.LookupEnv(daemonRuns); ok {
		c := sh(script)
		c.Pass = []string{"LIFELINE", "CURFEW_RUN"}
		c = as(c, os.Getenv(runsAs))
		_, err := New(noted()).Run(context.Background(), c)
		panic(err) // it is killed before
	}
	if script, ok := os.LookupEnv(printsRun); ok {
		ctx, cancel := context.WithTimeout(context.Background(), patience.Limit)
		r, err := New(Options{Grace: time.Second}).Run(ctx, sh(script))
		cancel()
		fmt.Println(r.Output, err)
		leave(0)
	}
	if path, ok := os.LookupEnv(leaves); ok {
		escapee := exec.Command("/bin/sh", "-c", "read line <"+path)
		escapee.Stdout = os.Stdout
		escapee.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		if err := escapee.Start(); err != nil {
			panic(err)
		}
		fmt.Println(escapee.Process.Pid)
		_, _ = os.Open(path + ".go") // it waits for a writer: it may end
		leave(0)
	}
	os.Exit(m.Run())
}

// noted are options with a ledger, if the environment names one.
func noted() (o Options) {
	dir, ok := os.LookupEnv(notesIn)
	if !ok {
		return o
	}
	var err error
	if o.Ledger, err = OpenLedger(dir, zap.NewNop()); err != nil {
		panic(err)
	}
	o.Attempt = actors.Attempt{Run: "r1", Job: "job", Number: 1}
	if run, ok := os.LookupEnv("CURFEW_RUN"); ok {
		o.Attempt.Run = messages.RunID(run)
	}
	return o
}

// Graces of these tests. No load makes polite too short for who ends when told to; who has lost the signal between fork
// and exec is killed after it. brusque is for who does not listen, anyway.
const (
	polite  = time.Minute
	brusque = 50 * time.Millisecond
)

func sh(script string) actors.Command {
	return actors.Command{Path: "/bin/sh", Args: []string{"-c", script}}
}

func TestRun(t *testing.T) {
	tests := []struct {
		script string
		code   int
		output string
		stderr string
		signal string
	}{
		{script: "exit 0"},
		{script: "exit 7", code: 7},
		{script: "kill -9 $$", code: -1, signal: "SIGKILL"},
		{script: "kill -9 0", code: -1, signal: "SIGKILL"}, // its group is its own: the test goes on
		{script: "echo why >&2", output: "why\n", stderr: "why\n"},
		{script: "cat; echo nothing to read", output: "nothing to read\n"},
		{script: `printf 'bad \377\376 bytes'`, output: "bad � bytes"},
		{script: "trap 'echo told' TERM; exit 0"},
		{script: "kill -SEGV $$", code: -1, signal: "SIGSEGV"},
	}
	for _, tt := range tests {
		t.Run(tt.script, func(t *testing.T) {
			r, err := New(Options{}).Run(t.Context(), sh(tt.script))
			if want := (actors.Result{ExitCode: tt.code, Signal: tt.signal, Output: tt.output, Stderr: tt.stderr}); err != nil || r != want {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

// TestRunFeeds pins that standard input is the text and then ends, and that nobody has to read it.
func TestRunFeeds(t *testing.T) {
	const lines = 100_000 // more than a pipe holds
	big := strings.Repeat("0123456789\n", lines)
	for _, tt := range []struct{ name, script, stdin, output string }{
		{"all of it", "cat; echo end", "a prompt\nof two lines", "a prompt\nof two linesend\n"},
		{"much of it", "wc -l | tr -d ' '", big, fmt.Sprintln(lines)},
		{"the beginning", "head -n 1", big, "0123456789\n"},
		{"nothing", "echo done", big, "done\n"},
		{"nothing, with a child that could", "sleep 1000 & echo done", big, "done\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := sh(tt.script)
			c.Stdin = tt.stdin
			r, err := New(Options{}).Run(t.Context(), c)
			if want := (actors.Result{Output: tt.output}); err != nil || r != want {
				t.Errorf("got %+v, %v", r, err)
			}
		})
	}
}

func TestRunCuts(t *testing.T) {
	const limit = 1000
	c := sh("yes 0123456789 | head -n 100000; echo last")
	c.MaxOutput = limit
	r, err := New(Options{}).Run(t.Context(), c)
	if err != nil || !r.Cut || len(r.Output) > limit || !strings.HasPrefix(r.Output, cutMark) || !strings.HasSuffix(r.Output, "789\nlast\n") {
		t.Errorf("got %d bytes %q, cut %v, %v", len(r.Output), r.Output, r.Cut, err)
	}
}

func TestRunRefuses(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	file := filepath.Join(t.TempDir(), "plain")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		ctx  context.Context
		c    actors.Command
		want error
	}{
		{"no such program", t.Context(), actors.Command{Path: "/no/such/program"}, fs.ErrNotExist},
		{"not in PATH", t.Context(), actors.Command{Path: "no-such-program"}, exec.ErrNotFound},
		{"no program", t.Context(), actors.Command{Path: file}, fs.ErrPermission},
		{"no such folder", t.Context(), actors.Command{Path: "/bin/sh", Dir: file + "/x"}, syscall.ENOTDIR},
		{"too late", gone, sh("exit 0"), context.Canceled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(Options{}).Run(tt.ctx, tt.c); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// TestRunLeavesNobody pins that whoever holds the lifeline is dead when, or right after, Run returns.
func TestRunLeavesNobody(t *testing.T) {
	tests := []struct {
		name, script string
		stop         bool // end ctx as soon as the script is ready
		grace        time.Duration
		output       string
	}{
		{"left in the background, holding the output", open + forever + " & echo done", false, polite, "done\n"},
		{"left in the background, without output", open + forever + " >/dev/null 2>&1 & echo done", false, polite, "done\n"},
		{"left in the background, deaf to TERM", open + "(trap '' TERM; " + forever + ") & echo done", false, brusque, "done\n"},
		{"told to stop", open + forever, true, polite, ""},
		{"deaf to TERM", "trap '' TERM; " + open + forever, true, brusque, ""},
		{"with a deaf child", open + "(trap '' TERM; " + forever + ") & wait", true, brusque, ""},
		{"that says goodbye", "trap 'echo bye; exit 0' TERM; " + open + forever + " & wait", true, polite, "bye\n"},
		{"whose child says goodbye later", open + "(trap 'sleep 0.1; echo saved; exit' TERM; " + forever + " & wait) & wait", true, polite, "saved\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			life := newLifeline(t)
			if tt.stop {
				go func() { <-life.ready; cancel() }()
			}
			c := sh(tt.script)
			c.Env = []string{"LIFELINE=" + life.path}
			r := &runner{grace: tt.grace, drain: 100 * time.Millisecond, kill: patience.Limit}
			result, err := r.Run(ctx, c)
			if errors.Is(err, context.Canceled) != tt.stop || result.Output != tt.output {
				t.Errorf("got %+v, %v", result, err)
			}
			life.mustEnd(t)
		})
	}
}

// TestRunDoesNotWaitForWhoLeft pins that a process out of reach, which holds the output, holds up nobody.
func TestRunDoesNotWaitForWhoLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "release")
	for _, pipe := range []string{path, path + ".go"} {
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said, live := io.Pipe()
	outOfReach := make(chan int, 1)
	go func() {
		var pid int
		_, _ = fmt.Fscanln(said, &pid)
		who, _ := stat(pid) // it cannot be seen, nor found, but on Linux
		own.keep([]running{who})
		outOfReach <- pid
		if leader, err := os.OpenFile(path+".go", os.O_WRONLY, 0); err == nil {
			_ = leader.Close()
		}
	}()
	r := &runner{grace: polite, drain: 10 * time.Millisecond, kill: 2 * time.Second, live: live}
	result, err := r.Run(t.Context(), actors.Command{Path: os.Args[0], Env: []string{leaves + "=" + path}})
	if want := fmt.Sprintln(<-outOfReach); err != nil || result.ExitCode != 0 || result.Output != want {
		t.Errorf("got %+v, %v; want %q", result, err, want)
	}
	release, err := os.OpenFile(path, os.O_WRONLY, 0) // it waits for the reader: who left is alive
	if err != nil {
		t.Fatal(err)
	}
	_ = release.Close()
}

func TestTail(t *testing.T) {
	room := strings.Repeat("x", 10)
	tests := []struct {
		name string
		in   []string
		want string
	}{
		{"short", []string{"ab", "cd"}, "abcd"},
		{"as long as may be", []string{strings.Repeat("a", len(cutMark)), room}, strings.Repeat("a", len(cutMark)) + room},
		{"one too long", []string{strings.Repeat("a", len(cutMark)), room, "b"}, cutMark + room[1:] + "b"},
		{"far too long", []string{strings.Repeat("a", 1000), strings.Repeat("b", 1000), room}, cutMark + room},
		{"cut in a letter", []string{strings.Repeat("é", 100), "123456789"}, cutMark + "123456789"},
		{"a letter in two writes", []string{"\xc3", "\xa9"}, "é"},
		{"longer once it is valid", []string{strings.Repeat("a\xff", 20)}, cutMark + "a�a�"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			to := tail{limit: len(cutMark) + len(room)}
			for _, p := range tt.in {
				_, _ = to.Write([]byte(p))
			}
			if got, cut := to.text(); got != tt.want || cut != strings.HasPrefix(tt.want, cutMark) {
				t.Errorf("got %q, cut %v", got, cut)
			}
		})
	}
}

const (
	open = `exec 3>"$LIFELINE"; ` // as a descriptor that children inherit
	// forever says that it is there, and stays. It is a program of its own: between fork and exec a child
	// of sh may still swallow a signal.
	forever = `sh -c 'echo ready >&3; exec sleep 1000'`
)

// A lifeline is a named pipe. It ends when the last process that holds its far end is gone, which can be
// waited for without looking at process numbers.
type lifeline struct {
	path  string
	ready chan struct{}
	ended chan error
}

func newLifeline(t *testing.T) *lifeline {
	l := &lifeline{path: filepath.Join(t.TempDir(), "lifeline"), ready: make(chan struct{}), ended: make(chan error, 1)}
	above := filepath.Dir(filepath.Dir(l.path)) // of this test, and closed to other users
	if err := errors.Join(syscall.Mkfifo(l.path, 0o600), os.Chmod(l.path, 0o622), os.Chmod(above, 0o711)); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, err := os.Open(l.path) // waits for a writer
		if err != nil {
			l.ended <- err
			return
		}
		defer func() { _ = f.Close() }()
		lines := bufio.NewScanner(f)
		lines.Scan()
		close(l.ready)
		for lines.Scan() {
		}
		l.ended <- lines.Err()
	}()
	return l
}

func (l *lifeline) mustEnd(t *testing.T) {
	t.Helper()
	select {
	case err := <-l.ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(patience.Limit):
		t.Error("somebody has survived")
	}
}
