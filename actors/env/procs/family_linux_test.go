package procs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"curfew/actors"
	"curfew/bus/sleep"
	"curfew/messages"
	"curfew/tests/patience"
)

// leavers are the ways in which processes leave the group of their job. Each is a command that holds the
// lifeline and says on it that it is there.
var leavers = []struct {
	name, script string
	root         bool // it can be done by root only
}{
	{name: "timeout", script: "timeout 1000 " + forever},
	{name: "setsid", script: "setsid " + forever},
	{name: "a shell with job control", script: "$(command -v bash || echo sh) -c 'set -m; " + strings.ReplaceAll(forever, "'", `"`) + " & wait'"},
	{name: "a double fork", script: "(setsid sh -c '" + strings.ReplaceAll(forever, "'", `"`) + " & exit 0' &); sleep 1000"},
	{name: "another user's session", script: `su nobody -s /bin/sh -c "` + strings.ReplaceAll(forever, `"`, `\"`) + `"`, root: true},
	{name: "a clean environment, below its parents", script: "timeout 1000 env -i setsid -w " + forever},
	{name: "a clean environment and a session, below nobody", script: "env -i setsid " + forever + " & sleep 1000"},
	{name: "a clean environment and a double fork", script: "(env -i setsid " + forever + " & exit 0); sleep 1000"},
	{name: "who is stopped", script: "setsid sh -c 'echo ready >&3; kill -STOP $$'"},
	{name: "who is deaf", script: "setsid sh -c 'trap \"\" TERM; echo ready >&3; while :; do sleep 1000; done'"},
}

func (l *lifeline) command(script, run string) (c actors.Command) {
	c = sh(open + script)
	c.Env = []string{"LIFELINE=" + l.path, "CURFEW_RUN=" + run}
	return c
}

// TestNobodyIsLeft: whoever has left the group is gone when Run returns, however the attempt ended.
func TestNobodyIsLeft(t *testing.T) {
	for _, tt := range leavers {
		for _, how := range []string{"told to stop", "ended by itself", "told to stop, as nobody", "ended by itself, as nobody"} {
			how, user, _ := strings.Cut(how, ", as ")
			if user != "" && tt.root {
				continue // nobody cannot be somebody else
			}
			t.Run(strings.Join([]string{tt.name, how, user}, ", "), func(t *testing.T) {
				t.Parallel()
				if tt.root || user != "" {
					onlyRoot(t)
				}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				life := newLifeline(t)
				script, stop := tt.script, how == "told to stop"
				if !stop {
					// It ends as soon as its child is there, which is said by a file.
					script += " & until [ -e " + life.path + ".there ]; do sleep 0.01; done; echo done"
				}
				go func() {
					<-life.ready
					if stop {
						cancel()
						return
					}
					_ = os.WriteFile(life.path+".there", nil, 0o600)
				}()
				r := &runner{grace: 300 * time.Millisecond, drain: 10 * time.Millisecond, kill: patience.Limit}
				got, err := r.Run(ctx, as(life.command(script, runOfTest(t)), user))
				if errors.Is(err, context.Canceled) != stop {
					t.Errorf("got %+v, %v", got, err)
				}
				life.mustEnd(t)
				if left := r.Left(); (left == nil) != stop || left != nil && left.Alive != 0 {
					t.Errorf("it is said to have left %+v", left)
				}
			})
		}
	}
}

// TestLeft: what was left behind is said by name, and how it was ended.
func TestLeft(t *testing.T) {
	for _, tt := range []struct {
		name, script string
		keep         bool
		want         messages.Left
		names        string
	}{
		{name: "nothing", script: "sleep 0.01 & wait"},
		{name: "ends by itself", script: "sleep 0.01 & echo"},
		{name: "told to end", script: "sleep 1000 & there $!", want: messages.Left{Count: 1}, names: "sleep"},
		{name: "killed", script: "sh -c 'trap \"\" TERM; echo >&3; while :; do :; done' & read x <&4", want: messages.Left{Count: 1, Killed: 1}, names: "sh"},
		{name: "many", script: "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & there $!; done", want: messages.Left{Count: 12}, names: "sleep"},
		{name: "of dash's own making", script: "sleep 1000 &>> /dev/null; there $!", want: messages.Left{Count: 1}, names: "sleep"},
		{name: "in a session of its own, with a clean environment", script: "env -i setsid sleep 1000 & there $!", want: messages.Left{Count: 1}, names: "sleep"},
		{name: "kept", script: "setsid sleep 1000 >/dev/null 2>&1 & there $!", keep: true, want: messages.Left{Count: 1, Kept: true}, names: "sleep"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dash, err := exec.LookPath("dash")
			if err != nil {
				dash = "/bin/sh"
			}
			c := actors.Command{Path: dash, Keep: tt.keep, Env: []string{"CURFEW_RUN=" + runOfTest(t)}}
			fifo := t.TempDir() + "/fifo"
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			there := `there() { until [ "$(cat /proc/$1/comm)" = sleep ]; do :; done; }; ` // it has become what it is to be
			c.Args = []string{"-c", "exec 3<>" + fifo + " 4<>" + fifo + "; " + there + tt.script}
			r := &runner{grace: polite, drain: patience.Limit, kill: patience.Limit}
			if tt.want.Killed > 0 {
				r.grace = 10 * time.Millisecond
			}
			if tt.want.Count > 0 {
				r.drain = 10 * time.Millisecond
			}
			if got, err := r.Run(t.Context(), c); err != nil || got.ExitCode != 0 {
				t.Errorf("got %+v, %v", got, err)
			}
			left := r.Left()
			if tt.want.Count == 0 {
				if left != nil {
					t.Errorf("it left %+v", left)
				}
				return
			}
			if left == nil || left.Count != tt.want.Count || left.Kept != tt.want.Kept || left.Killed != tt.want.Killed || left.Processes[0].Name != tt.names {
				t.Fatalf("it left %+v; want %+v", left, tt.want)
			}
			if n := len(left.Processes); n != min(tt.want.Count, messages.MaxLeft) {
				t.Errorf("%d are named", n)
			}
			pid := left.Processes[0].PID
			if p, err := stat(pid); (err == nil && !p.ended) != tt.keep {
				t.Errorf("afterwards it is %+v, %v", p, err)
			}
			if tt.keep {
				_ = syscall.Kill(pid, syscall.SIGKILL)
			}
		})
	}
}

// TestKept: nobody ends what one attempt was allowed to keep, not even the next of the same run.
func TestKept(t *testing.T) {
	life := newLifeline(t)
	r := New(Options{}).(*runner)
	r.drain = 10 * time.Millisecond
	c := life.command("setsid "+forever+" >/dev/null 2>&1 & until [ -e "+life.path+".there ]; do sleep 0.01; done", runOfTest(t))
	c.Keep = true
	go func() { <-life.ready; _ = os.WriteFile(life.path+".there", nil, 0o600) }()
	if _, err := r.Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	left := r.Left()
	if left == nil || !left.Kept {
		t.Fatalf("it left %+v", left)
	}
	c.Keep, c.Args = false, []string{"-c", "true"}
	if _, err := r.Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for _, p := range left.Processes {
		if now, err := stat(p.PID); err != nil || now.ended {
			t.Errorf("%s is %+v, %v", p.Name, now, err)
		}
		_ = syscall.Kill(p.PID, syscall.SIGKILL)
	}
	life.mustEnd(t)
}

// TestBesideEachOther: what two processes of one attempt start is theirs, as long as the other is there: an
// agent's servers and tools run side by side, in one run.
func TestBesideEachOther(t *testing.T) {
	server, helper := newLifeline(t), newLifeline(t)
	r := &runner{grace: polite, drain: 10 * time.Millisecond, kill: patience.Limit}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		c := server.command(`(setsid sh -c 'exec 3>"$HELPER"; echo ready >&3; exec sleep 1000' &); `+forever, runOfTest(t))
		c.Env = append(c.Env, "HELPER="+helper.path)
		_, _ = r.Run(ctx, c)
	}()
	<-server.ready
	<-helper.ready
	if _, err := r.Run(t.Context(), server.command("exec 3>&-", runOfTest(t))); err != nil {
		t.Error(err)
	}
	select {
	case err := <-helper.ended:
		t.Errorf("the helper of the one was ended with the other: %v", err)
	case err := <-server.ended:
		t.Errorf("the one was ended with the other: %v", err)
	default:
	}
	cancel()
	<-done
	server.mustEnd(t)
	helper.mustEnd(t)
}

// TestBesideOneThatIsStarted: a process of the run that this program is just starting is nobody else's, though it is
// there, with the run's mark, before anybody knows of it.
func TestBesideOneThatIsStarted(t *testing.T) {
	life := newLifeline(t)
	first := exec.Command("sleep", "1000")
	first.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	next := exec.Command("/bin/sh", "-c", open+forever)
	next.Env = []string{"LIFELINE=" + life.path, "CURFEW_RUN=" + runOfTest(t)}
	next.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	f, p := newFamily(first.Process.Pid, runOfTest(t)), &process{run: runOfTest(t)}
	has := func(members []running) bool {
		return slices.ContainsFunc(members, func(m running) bool { return m.pid == next.Process.Pid })
	}
	err := own.start(p, func() (int, error) {
		if err := next.Start(); err != nil {
			return 0, err
		}
		<-life.ready
		all, err := takeCensus()
		if has(f.members(all)) || !f.unborn {
			t.Errorf("while it is started it is taken for another's (unborn: %v)", f.unborn)
		}
		return next.Process.Pid, err
	})
	if err != nil {
		t.Error(err)
	}
	if has(f.left()) || f.unborn {
		t.Errorf("when it is started it is taken for another's (unborn: %v)", f.unborn)
	}
	for _, c := range []*exec.Cmd{first, next} {
		_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		_ = c.Wait()
	}
	own.forget(next.Process.Pid, p)
	life.mustEnd(t)
}

// TestTogether: processes of one run that end at once leave nobody behind, though each sees the other.
func TestTogether(t *testing.T) {
	const servers = 4
	ctx, cancel := context.WithCancel(t.Context())
	r := &runner{grace: polite, drain: 10 * time.Millisecond, kill: patience.Limit}
	var lives []*lifeline
	done := make(chan struct{}, servers)
	for range servers {
		helper, server := newLifeline(t), newLifeline(t)
		lives = append(lives, helper, server)
		go func() {
			c := server.command(`(setsid sh -c 'exec 3>"$HELPER"; echo ready >&3; exec sleep 1000' &); `+forever, runOfTest(t))
			c.Env = append(c.Env, "HELPER="+helper.path)
			_, _ = r.Run(ctx, c)
			done <- struct{}{}
		}()
	}
	for _, l := range lives {
		<-l.ready
	}
	cancel()
	for range servers {
		<-done
	}
	for _, l := range lives {
		l.mustEnd(t)
	}
}

// TestContinued: who was stopped hears that it is to end.
func TestContinued(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	life := newLifeline(t)
	go func() { <-life.ready; cancel() }()
	got, _ := New(Options{}).Run(ctx, life.command("trap 'echo bye; exit 3' TERM; echo ready >&3; kill -STOP $$; while :; do sleep 0.01; done", runOfTest(t)))
	if got.Output != "bye\n" || got.ExitCode != 3 {
		t.Errorf("got %+v", got)
	}
}

// TestNoTerminal: a job of a daemon that was started from a terminal has none: it is not stopped by asking it.
func TestNoTerminal(t *testing.T) {
	master, slave := openTerminal(t)
	daemon := exec.Command(os.Args[0])
	daemon.Env = append(os.Environ(), printsRun+"=if (read x) </dev/tty; then echo answered; else echo no terminal; fi")
	daemon.Stdin = slave
	daemon.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	out, err := daemon.Output()
	if err != nil || !strings.Contains(string(out), "no terminal") {
		t.Errorf("got %q, %v", out, err)
	}
	_ = master.Close()
}

// TestReap: adopted processes that have ended do not stay, and nobody takes how a process ended from whoever
// waits for it.
func TestReap(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	reaping := make(chan struct{})
	go func() { defer close(reaping); Reap(ctx) }()
	defer func() { cancel(); <-reaping }()
	const rounds = 12
	jobs := make(chan error, rounds)
	others := make(chan error, rounds)
	for i := range rounds {
		go func() {
			c := sh("(sleep 0 & sleep 0.02 & setsid sleep 0.01 &) & exit 3")
			c.Env = []string{fmt.Sprintf("CURFEW_RUN=%s.%d", runOfTest(t), i)}
			r, err := New(Options{}).Run(ctx, c)
			if err == nil && r.ExitCode != 3 {
				err = fmt.Errorf("a job ended with %+v", r)
			}
			jobs <- err
		}()
		go func() { // some code that starts processes by itself
			var exit *exec.ExitError
			c := exec.Command("/bin/sh", "-c", "sleep 0.01; exit 7")
			c.SysProcAttr = &syscall.SysProcAttr{Setsid: i%2 == 0}
			err := c.Run()
			if errors.As(err, &exit) && exit.ExitCode() == 7 {
				err = nil
			} else {
				err = fmt.Errorf("a process beside ended with %w", err)
			}
			others <- err
		}()
	}
	for range rounds {
		if err := errors.Join(<-jobs, <-others); err != nil {
			t.Error(err)
		}
	}
	for {
		zombies := 0
		all, err := takeCensus()
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			if leaders, _ := own.leading(); p.parent == os.Getpid() && p.ended && leaders[p.pid].run == "" {
				zombies++
			}
		}
		if zombies == 0 {
			return
		}
		if err := sleep.For(t.Context(), 50*time.Millisecond); err != nil {
			t.Fatalf("%d processes that have ended are still there: %v", zombies, err)
		}
	}
}

// BenchmarkLook is what it costs to look whether an attempt has left anybody behind.
func BenchmarkLook(b *testing.B) {
	f := newFamily(os.Getpid(), "r")
	f.left()
	for b.Loop() {
		f.left()
	}
	all, _ := processes()
	b.ReportMetric(float64(len(all)), "processes")
}
