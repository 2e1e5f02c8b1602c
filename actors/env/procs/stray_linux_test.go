package procs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/actors"
	"curfew/messages"
	"curfew/tests/patience"
)

// TestStray: who bears no mark, is in another session and has lost its parents belongs to the last that can have
// been its parent. As su - and a service in the background do.
func TestStray(t *testing.T) {
	r := &runner{grace: polite, drain: 10 * time.Millisecond, kill: patience.Limit}
	stray := func(keep bool) (*lifeline, *messages.Left) {
		t.Helper()
		life := newLifeline(t)
		c := life.command("env -i setsid sh -c '(echo >&3; exec sleep 1000 >/dev/null 2>&1) & exit 0' >/dev/null 2>&1; until [ -e "+life.path+".there ]; do sleep 0.01; done", runOfTest(t))
		c.Keep = keep
		go func() { <-life.ready; _ = os.WriteFile(life.path+".there", nil, 0o600) }()
		one := &runner{grace: r.grace, drain: r.drain, kill: r.kill}
		if _, err := one.Run(t.Context(), c); err != nil {
			t.Error(err)
		}
		return life, one.Left()
	}
	life, left := stray(false)
	life.mustEnd(t)
	if left == nil || left.Count != 1 || left.Kept {
		t.Errorf("it left %+v", left)
	}
	kept, left := stray(true)
	if left == nil || !left.Kept {
		t.Fatalf("it left %+v, to be kept", left)
	}

	older := newLifeline(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _, _ = r.Run(ctx, older.command(forever, runOfTest(t)+".older")) }()
	<-older.ready
	life, left = stray(false)
	if left != nil {
		t.Errorf("what may be another's is said to be left: %+v", left)
	}
	for _, l := range []*lifeline{life, kept} {
		select {
		case err := <-l.ended:
			t.Errorf("what may be another's was ended: %v", err)
		default:
		}
	}
	cancel()
	<-done
	life.mustEnd(t)
	select {
	case err := <-kept.ended:
		t.Errorf("what was kept was ended: %v", err)
	default:
	}
	for id := range own.kept {
		_ = syscall.Kill(id.pid, syscall.SIGKILL)
	}
	kept.mustEnd(t)
}

// TestBeforeItsParents: who is told to end is found before its parents are gone, whatever it has given up.
func TestBeforeItsParents(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	life := newLifeline(t)
	go func() { <-life.ready; cancel() }()
	c := life.command("env -i setsid "+forever+" >/dev/null 2>&1 & wait", runOfTest(t))
	if _, err := New(Options{}).Run(ctx, c); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	life.mustEnd(t)
}

// TestUnclear: who has given up everything that shows whose it is is left alone, and named once, though two can have
// left it.
func TestUnclear(t *testing.T) {
	l, said := ledger(t, t.TempDir())
	attempt := func(job string) *runner {
		r := New(Options{Ledger: l, Attempt: actors.Attempt{Run: messages.RunID(runOfTest(t) + "." + job), Job: job, Number: 1}}).(*runner)
		r.drain = 10 * time.Millisecond
		return r
	}
	older, life := newLifeline(t), newLifeline(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); _, _ = attempt("older").Run(ctx, older.command(forever, "")) }()
	<-older.ready
	r := attempt("job")
	pid := life.path + ".pid"
	c := life.command(`env -i setsid sh -c 'echo ready >&3; echo $$ >"$0"; exec sleep 1000' `+pid+" >/dev/null 2>&1 & until [ -s "+pid+" ]; do sleep 0.01; done", "")
	if got, err := r.Run(t.Context(), c); err != nil || got.ExitCode != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	if left := r.Left(); left != nil {
		t.Errorf("it is said to have left %+v", left)
	}
	cancel()
	<-done
	lines := said.FilterMessageSnippet("nothing proves it").All()
	who := pidIn(t, pid)
	if want := fmt.Sprintf("(pid %d)", who); len(lines) != 1 || lines[0].ContextMap()["job"] != "job" || !strings.Contains(fmt.Sprint(lines[0].ContextMap()["processes"]), want) {
		t.Errorf("it was said: %v; want %s, once", said.All(), want)
	}
	select {
	case err := <-life.ended:
		t.Errorf("it was ended: %v", err)
	default:
	}
	_ = syscall.Kill(who, syscall.SIGKILL)
	life.mustEnd(t)
}

// TestBetweenForkAndExec: a child of this program that has a pipe of a job under a high number, as each has that is not
// yet what it is to be, is not the job's.
func TestBetweenForkAndExec(t *testing.T) {
	goOn := t.TempDir() + "/fifo"
	if err := syscall.Mkfifo(goOn, 0o600); err != nil {
		t.Fatal(err)
	}
	said, live := io.Pipe()
	beside := exec.Command("sleep", "1000")
	beside.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	started := make(chan error, 1)
	go func() {
		var leader int
		_, _ = fmt.Fscanln(said, &leader)
		pipe, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/1", leader), os.O_WRONLY, 0)
		if err == nil {
			beside.ExtraFiles = []*os.File{pipe}
			err = errors.Join(beside.Start(), pipe.Close())
		}
		started <- err
		if f, err := os.OpenFile(goOn, os.O_WRONLY, 0); err == nil {
			_ = f.Close()
		}
	}()
	r := &runner{grace: polite, drain: 10 * time.Millisecond, kill: 10 * time.Millisecond, live: live}
	_, err := r.Run(t.Context(), sh("echo $$; read x <"+goOn))
	if err := errors.Join(err, <-started); err != nil {
		t.Fatal(err)
	}
	if p, err := stat(beside.Process.Pid); err != nil || p.ended || r.Left() != nil {
		t.Errorf("it is %+v, %v; the job is said to have left %+v", p, err, r.Left())
	}
	_ = beside.Process.Kill()
	_ = beside.Wait()
}
