package procs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors"
	"curfew/tests/patience"
)

// ledger is a ledger with what it logs.
func ledger(t *testing.T, dir string) (*Ledger, *observer.ObservedLogs) {
	t.Helper()
	core, said := observer.New(zapcore.InfoLevel)
	l, err := OpenLedger(dir, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	return l, said
}

// runOfTest is a run that nobody else has, neither a test beside this one nor the same test of another program: an
// earlier daemon's processes are looked for on the whole machine.
func runOfTest(t *testing.T) string { return fmt.Sprintf("%s.%d", t.Name(), os.Getpid()) }

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// whole waits until the only note in the folder is complete: the process that it is about may be faster.
func whole(t *testing.T, dir string) note {
	t.Helper()
	l := &Ledger{dir: dir, log: zap.NewNop()}
	for end := time.Now().Add(patience.Limit); time.Now().Before(end); runtime.Gosched() {
		all := files(t, dir)
		if len(all) != 1 {
			continue
		}
		if e := (&entry{ledger: l, path: all[0]}); e.decode(filepath.Base(all[0])) == nil && e.note.Group != 0 {
			return e.note
		}
	}
	t.Fatalf("the note is not completed: %v", files(t, dir))
	return note{}
}

// killed kills a daemon, and waits until the noted process is dead, too: it is told by the kernel.
func killed(t *testing.T, daemon *exec.Cmd, n note) {
	t.Helper()
	if err := daemon.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = daemon.Wait()
	for end := time.Now().Add(patience.Limit); time.Now().Before(end); runtime.Gosched() {
		if p, err := stat(n.Group); err != nil || p.ended || p.start != n.Start {
			return
		}
	}
	t.Fatalf("%d is alive", n.Group)
}

// TestNotes pins what stands in the folder while a process runs and when it is gone.
func TestNotes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "procs")
	t.Setenv(notesIn, dir)
	o := noted()
	c := sh("echo daemon=$CURFEW_DAEMON; cat " + dir + "/*.json; ls -l " + dir)
	c.Env = []string{"SECRET=s3cret"}
	r, err := New(o).Run(t.Context(), c)
	if err != nil || !strings.Contains(r.Output, `"job":"job","run":"r1","attempt":1,"daemon":{"pid":`) || !strings.Contains(r.Output, "-rw------- ") ||
		!strings.Contains(r.Output, fmt.Sprintf("daemon=%d.", os.Getpid())) ||
		strings.Contains(r.Output, "s3cret") || strings.Contains(r.Output, "cat") {
		t.Errorf("while it runs: %s, %v", r.Output, err)
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("when it is gone: %v", left)
	}
	if _, err := New(o).Run(t.Context(), sh("exit 0 # "+strings.Repeat("x", 200<<10))); err == nil { // too long for the kernel
		t.Error("it started")
	}
	if left := files(t, dir); len(left) != 0 {
		t.Errorf("of a process that was not started: %v", left)
	}
}

// TestEndOrphans kills a daemon and pins that whoever holds the lifeline is ended afterwards.
func TestEndOrphans(t *testing.T) {
	for _, tt := range []struct {
		name, script, said string
		grace              time.Duration
		user               string
	}{
		{"of another user", open + "setsid " + forever + " & " + forever + " & wait", "told to end", polite, "nobody"},
		{"of another user, with a clean environment", open + "timeout 1000 env -i setsid -w " + forever + " & wait", "told to end", polite, "nobody"},
		{"a child in the background", open + forever + " & wait", "told to end", polite, ""},
		{"a child that is deaf", open + "(trap '' TERM; " + forever + ") & wait", "are killed", brusque, ""},
		{"a grandchild without the run's variable", open + "sleep 1000 & (unset CURFEW_RUN; " + forever + ") & wait", "told to end", polite, ""},
		{"who had a time limit", open + "timeout 1000 " + forever + " & wait", "told to end", polite, ""},
		{"who has left the session", open + "setsid " + forever + " & wait", "told to end", polite, ""},
		{"who has left it with a clean environment", open + "timeout 1000 env -i setsid -w " + forever + " & wait", "told to end", polite, ""},
		{"a clean environment, and nobody above", open + "env -i " + forever + " & wait", "told to end", polite, ""},
		{"a clean environment, a session, and nobody above", open + "env -i setsid " + forever + " & wait", "told to end", polite, ""},
		{"a clean environment, and an output kept aside", open + "exec 4>&1 >/dev/null 2>&1; env -i " + forever + " & wait", "told to end", polite, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.user != "" {
				onlyRoot(t)
			}
			life, dir := newLifeline(t), filepath.Join(t.TempDir(), "procs")
			run := runOfTest(t) // the tests run side by side
			daemon := exec.Command(os.Args[0])
			daemon.Env = append(os.Environ(), daemonRuns+"="+tt.script, notesIn+"="+dir, "LIFELINE="+life.path, "CURFEW_RUN="+run, runsAs+"="+tt.user)
			if err := daemon.Start(); err != nil {
				t.Fatal(err)
			}
			<-life.ready
			killed(t, daemon, whole(t, dir))
			if len(files(t, dir)) != 1 {
				t.Fatalf("notes: %v", files(t, dir))
			}
			l, said := ledger(t, dir)
			if err := l.endOrphans(t.Context(), tt.grace, patience.Limit); err != nil {
				t.Error(err)
			}
			life.mustEnd(t)
			if left := files(t, dir); len(left) != 0 {
				t.Errorf("notes are left: %v", left)
			}
			if said.FilterMessageSnippet(tt.said).FilterField(zap.String("run", run)).Len() == 0 {
				t.Errorf("it was said: %v", said.All())
			}
		})
	}
}

// TestUnprovenOrphans: of whom nothing is left that could prove them ours is named, and left alone.
func TestUnprovenOrphans(t *testing.T) {
	life, dir := newLifeline(t), filepath.Join(t.TempDir(), "procs")
	daemon := exec.Command(os.Args[0])
	script := open + `env -i sh -c 'echo ready >&3; echo $$ >"$0"; exec sleep 1000' ` + life.path + ".pid >/dev/null 2>&1 & wait"
	daemon.Env = append(os.Environ(), daemonRuns+"="+script, notesIn+"="+dir, "LIFELINE="+life.path, "CURFEW_RUN="+runOfTest(t))
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	<-life.ready
	killed(t, daemon, whole(t, dir))
	l, said := ledger(t, dir)
	if err := l.endOrphans(t.Context(), brusque, patience.Limit); err != nil {
		t.Error(err)
	}
	if said.FilterMessageSnippet("they are left alone").Len() != 1 || said.Len() != 1 {
		t.Errorf("it was said: %v", said.All())
	}
	select {
	case err := <-life.ended:
		t.Errorf("it was ended: %v", err)
	default:
	}
	_ = syscall.Kill(pidIn(t, life.path+".pid"), syscall.SIGKILL)
	life.mustEnd(t)
}

// pidIn waits for a file that holds the number of a process.
func pidIn(t *testing.T, path string) (pid int) {
	t.Helper()
	for end := time.Now().Add(patience.Limit); time.Now().Before(end); runtime.Gosched() {
		if raw, err := os.ReadFile(path); err == nil && strings.HasSuffix(string(raw), "\n") {
			if pid, err = strconv.Atoi(strings.TrimSpace(string(raw))); err == nil {
				return pid
			}
		}
	}
	t.Fatalf("%s is not there", path)
	return 0
}

// TestStrangersAreLeftAlone: only what is proven is touched, whatever a note says.
func TestStrangersAreLeftAlone(t *testing.T) {
	run, other := runOfTest(t), runOfTest(t)+".other"
	daemon, sibling := writer{PID: 1 << 30, Start: 1}, writer{PID: 1 << 30, Start: 2} // no system has such a number
	stranger := exec.Command("/bin/sh", "-c", "echo; exec sleep 1000")
	stranger.Env = []string{"CURFEW_RUN=" + run, "CURFEW_DAEMON=" + daemon.String()}
	stranger.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := stranger.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := stranger.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stranger.Process.Kill() })
	_, _ = out.Read(make([]byte, 1)) // it has its own environment by now
	pid := stranger.Process.Pid
	start, err := startOf(pid)
	if err != nil {
		t.Fatal(err)
	}
	boot, err := bootID()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		note string
		said int
		dies bool
	}{
		{"got the number later", written(note{Boot: boot, Group: pid, Start: start - 1, Run: other}), 1, false},
		{"is older", written(note{Boot: boot, Group: pid, Start: start + 1, Run: run}), 0, false},
		{"before the boot", written(note{Boot: "an earlier one", Group: pid, Start: start, Run: run}), 0, false},
		{"about to be started, of another run", written(note{Boot: boot, Start: start, Run: other}), 0, false},
		{"about to be started, and older", written(note{Boot: boot, Start: start + 1, Run: run}), 0, false},
		{"of no run, in the kernel's group", written(note{Boot: boot}), 0, false},
		{"about to be started, by another daemon that calls its run so", written(note{Boot: boot, Start: start, Run: run, Daemon: sibling}), 0, false},
		{"half a note", `{"boot":"`, 0, false},
		{"older, with a pipe of that number", written(note{Boot: boot, Start: start + 1, Run: other, Pipes: pipesOf(pid, false)}), 0, false},
		{"with another pipe", written(note{Boot: boot, Start: start, Run: other, Pipes: []uint64{1}}), 0, false},
		{"before the boot, with a pipe of that number", written(note{Boot: "an earlier one", Start: start, Pipes: pipesOf(pid, false)}), 0, false},
		{"ours, and about to be started", written(note{Boot: boot, Start: start, Run: run, Daemon: daemon}), 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range []string{"1.json", "2.json.new"} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(tt.note), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			ended := make(chan error, 1)
			if tt.dies { // until it has been reaped it is still there
				go func() { ended <- stranger.Wait() }()
			}
			l, said := ledger(t, dir)
			if err := l.EndOrphans(t.Context()); err != nil {
				t.Error(err)
			}
			if tt.dies {
				if err := <-ended; err == nil {
					t.Error("it ended by itself")
				}
			} else if p, err := stat(pid); err != nil || p.ended {
				t.Fatalf("it was killed: %+v, %v", p, err)
			}
			if left := files(t, dir); len(left) != 0 || said.Len() != tt.said {
				t.Errorf("left are %v; said was %v", left, said.All())
			}
		})
	}
}

// TestAnothersAreLeftAlone: a note whose writer lives is of a daemon that runs, whose folder this one is or a copy
// of which it has. Once that one has ended it is an orphan's.
func TestAnothersAreLeftAlone(t *testing.T) {
	life, dir, copied := newLifeline(t), filepath.Join(t.TempDir(), "procs"), filepath.Join(t.TempDir(), "procs")
	daemon := exec.Command(os.Args[0])
	daemon.Env = append(os.Environ(), daemonRuns+"="+open+forever+" & wait", notesIn+"="+dir, "LIFELINE="+life.path, "CURFEW_RUN="+runOfTest(t))
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = daemon.Process.Kill() })
	<-life.ready
	whole(t, dir)
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{dir, copied} {
		l, said := ledger(t, folder)
		if err := l.endOrphans(t.Context(), brusque, patience.Limit); err != nil {
			t.Error(err)
		}
		if said.FilterMessageSnippet("belong to another daemon").FilterField(zap.Int("daemon", daemon.Process.Pid)).Len() != 1 || len(files(t, folder)) != 1 {
			t.Errorf("it was said: %v; notes are left: %v", said.All(), files(t, folder))
		}
	}
	select {
	case err := <-life.ended:
		t.Fatalf("the processes of a daemon that lives were ended: %v", err)
	default:
	}
	if err := daemon.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = daemon.Wait()
	l, _ := ledger(t, copied)
	if err := l.endOrphans(t.Context(), polite, patience.Limit); err != nil {
		t.Error(err)
	}
	life.mustEnd(t)
	if left := files(t, copied); len(left) != 0 {
		t.Errorf("notes are left: %v", left)
	}
}

// TestUnnoted: that a process runs without a note is known as long as it runs.
func TestUnnoted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "procs")
	l, said := ledger(t, dir)
	if err := os.Remove(dir); err != nil { // stands for a disk without inodes
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	life := newLifeline(t)
	done := make(chan error, 1)
	go func() {
		_, err := New(Options{Ledger: l, Attempt: actors.Attempt{Run: "r1", Job: "job", Number: 1}}).Run(ctx, life.command(forever, runOfTest(t)))
		done <- err
	}()
	<-life.ready
	if n, why := l.Unnoted(); n != 1 || !errors.Is(why, fs.ErrNotExist) || said.FilterMessageSnippet("is not noted").Len() != 1 {
		t.Errorf("while it runs: %d, %v; it was said: %v", n, why, said.All())
	}
	cancel()
	if err := <-done; err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n, why := l.Unnoted(); n != 0 || why != nil {
		t.Errorf("when it has ended: %d, %v", n, why)
	}
}

func written(n note) string {
	raw, err := json.Marshal(n)
	if err != nil {
		panic(fmt.Sprint(err))
	}
	return string(raw)
}
