package process

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"curfew/messages"
	"curfew/tests/internal/world"
)

// process is a process as /proc shows it.
type process struct {
	pid, parent int
	zombie      bool
}

var statLine = regexp.MustCompile(`^(\d+) \((?s:.*)\) ([A-Za-z]) (\d+) `)

// processes lists all processes of the machine.
func processes(t *testing.T) (out []process) {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		if m := statLine.FindSubmatch(raw); m != nil {
			pid, _ := strconv.Atoi(string(m[1]))
			parent, _ := strconv.Atoi(string(m[3]))
			out = append(out, process{pid, parent, m[2][0] == 'Z'})
		}
	}
	return out
}

// pidIn returns the process id that a file holds.
func pidIn(t *testing.T, path string) int {
	t.Helper()
	n, err := strconv.Atoi(strings.TrimSpace(world.Contents(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// alive reports whether a process runs.
func alive(t *testing.T, pid int) bool {
	t.Helper()
	for _, p := range processes(t) {
		if p.pid == pid {
			return !p.zombie
		}
	}
	return false
}

func exists(path string) func() bool {
	return func() bool { _, err := os.Stat(path); return err == nil }
}

// backgroundFile has jobs that leave something in the background.
const backgroundFile = `
jobs:
  - name: dash
    actor: shell
    schedule: "@yearly"
    with: {command: "sleep 1000 & echo $! > dash.pid"}
  - name: keeper
    actor: shell
    schedule: "@yearly"
    with: {command: "setsid sleep 1000 >/dev/null 2>&1 & echo $! > keeper.pid", background: keep}
  - name: failing
    actor: shell
    schedule: "@yearly"
    retry: {attempts: 1}
    with: {command: "setsid sleep 1000 & exit 3"}
  - name: neat
    actor: shell
    schedule: "@yearly"
    with: {command: "timeout 1000 true; (true); sleep 0.01 & wait; echo neat"}
`

// TestBackground leaves processes in the background of jobs. They are ended, or kept if the job wants that, and the
// log, `run show` and `explain` name them.
func TestBackground(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start(backgroundFile)
	for _, tt := range []struct{ job, name, fate string }{
		{"dash", `[\w-]+`, "told to end"},
		{"keeper", `[\w-]+`, "left running, as the job wants"},
		{"failing", `[\w-]+`, "told to end"},
		{"neat", "", ""},
	} {
		d.Run(nil, "job", "run", tt.job)
		var last messages.RunID
		world.Eventually(t, tt.job+" to be over", func() bool {
			r := d.Job(tt.job).LastRun
			if r == nil || r.FinishedAt.IsZero() {
				return false
			}
			last = r.ID
			return true
		})
		shown, explained := string(d.Run(nil, "run", "show", string(last))), string(d.Run(nil, "explain", tt.job))
		if tt.name == "" {
			if strings.Contains(shown, "background") || strings.Contains(explained, "background") {
				t.Errorf("%s left no process:\n%s\n%s", tt.job, shown, explained)
			}
			continue
		}
		want := regexp.MustCompile(`left 1 process in the background \(` + tt.name + ` \(pid \d+\)\): ` + tt.fate)
		if !want.MatchString(shown) || !want.MatchString(explained) {
			t.Errorf("%s: nothing matches %s in\n%s\n%s", tt.job, want, shown, explained)
		}
		logged := regexp.MustCompile(`left processes in the background\s.*"job": "` + tt.job + `".*"count": 1, "processes": "` + tt.name + ` \(pid \d+\)", "then": "` + tt.fate)
		if !logged.MatchString(d.Log.String()) {
			t.Errorf("%s: nothing matches %s in the log:\n%s", tt.job, logged, d.Log.String())
		}
	}
	if pid := pidIn(t, filepath.Join(dir, "dash.pid")); alive(t, pid) {
		t.Errorf("what dash left, %d, lives on", pid)
	}
	kept := pidIn(t, filepath.Join(dir, "keeper.pid"))
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if !alive(t, kept) {
		t.Errorf("what was to be kept, %d, is gone", kept)
	}
	_ = syscall.Kill(kept, syscall.SIGKILL)
}

// leaverFile has jobs whose first attempt leaves its process group, and whose second one writes whether the first still
// runs.
func leaverFile() string {
	var b strings.Builder
	b.WriteString("jobs:\n")
	for name, how := range leavers {
		fmt.Fprintf(&b, `
  - name: %[1]s
    actor: shell
    schedule: "@yearly"
    timeout: 1h
    retry: {attempts: 2, initial: 10ms}
    with:
      command: |
        if [ -e %[1]s.pid ]; then
          if grep -qs '^State:.[RSDT]' /proc/$(cat %[1]s.pid)/status; then echo alive; else echo gone; fi >> %[1]s.found
          exit 0
        fi
        echo 'echo $$ > %[1]s.new; mv %[1]s.new %[1]s.pid; exec sleep 1000' > %[1]s.sh
        %[2]s && echo ok
`, name, how)
	}
	return b.String()
}

var leavers = map[string]string{
	"limited":    "cd . && timeout 600 sh limited.sh",
	"left":       "setsid -w sh left.sh",
	"controlled": `$(command -v bash || echo sh) -c 'set -m; sh controlled.sh & wait'`,
	"forked":     `(setsid sh forked.sh &) ; sleep 1000`,
	"cleared":    `(env -i setsid sh cleared.sh &) ; sleep 1000`,
	"cleaned":    `(env -i sh cleaned.sh & wait)`,
}

// TestWhoLeftIsEnded kills the daemon under jobs whose processes have left their group. No process of a run is alive
// when its next attempt begins.
func TestWhoLeftIsEnded(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start(leaverFile())
	for name := range leavers {
		d.Run(nil, "job", "run", name)
		world.Eventually(t, name, exists(filepath.Join(dir, name+".pid")))
	}
	_ = d.End(syscall.SIGKILL) // it says that it was killed
	d.Start(leaverFile())
	for name := range leavers {
		world.Eventually(t, "the next attempt of "+name, func() bool { return d.Succeeded(name) == 1 })
		if found := world.Contents(t, filepath.Join(dir, name+".found")); found != "gone\n" {
			t.Errorf("the next attempt of %s found the one before %s", name, found)
			_ = syscall.Kill(pidIn(t, filepath.Join(dir, name+".pid")), syscall.SIGKILL)
		}
	}
}

// TestCancelEndsWhoLeft stops an attempt whose process has left its group: the process ends, too.
func TestCancelEndsWhoLeft(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start(leaverFile())
	for name := range leavers {
		d.Run(nil, "job", "run", name)
		world.Eventually(t, name, exists(filepath.Join(dir, name+".pid")))
		d.Run(nil, "job", "cancel", name)
		world.Eventually(t, name+" to be idle", func() bool { return d.Job(name).State == "idle" })
		if pid := pidIn(t, filepath.Join(dir, name+".pid")); alive(t, pid) {
			t.Errorf("%s is idle, and %d lives", name, pid)
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// TestCopyOfLiveFolder starts a daemon on a copy of the data folder of a running one. It leaves the jobs of the other
// one alone.
func TestCopyOfLiveFolder(t *testing.T) {
	t.Parallel()
	const file = `
jobs:
  - name: long
    actor: shell
    schedule: "@yearly"
    with: {command: "echo $$ >> long.pids; [ $(wc -l < long.pids) -gt 1 ] || exec sleep 1000"}
`
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start(file)
	d.Run(nil, "job", "run", "long")
	world.Eventually(t, "the job", exists(filepath.Join(dir, "long.pids")))
	notes := func() int {
		all, _ := filepath.Glob(filepath.Join(d.Data, "procs", "*.json"))
		return len(all)
	}
	world.Eventually(t, "the note", func() bool { return notes() == 1 })
	first := pidIn(t, filepath.Join(dir, "long.pids"))
	other := &world.Daemon{T: t, Bin: d.Bin, Data: filepath.Join(dir, "copy"), File: filepath.Join(dir, "copy.yaml")}
	t.Cleanup(func() {
		if other.Process != nil {
			_ = other.End(syscall.SIGKILL)
		}
	})
	// A socket cannot be copied; the rest is what `cp -r` makes of it.
	copying := exec.Command("sh", "-c", "mkdir -m 700 copy && cd data && for f in *; do [ -S $f ] || cp -pr $f ../copy/; done; rm ../copy/daemon.json")
	copying.Dir = dir
	if out, err := copying.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	other.Start(file)
	world.Eventually(t, "the copy to run the job", func() bool { return other.Succeeded("long") == 1 })
	if !strings.Contains(other.Log.String(), "belong to another daemon that runs: they are left alone") {
		t.Errorf("the log of the copy:\n%s", other.Log.String())
	}
	if !alive(t, first) || d.Job("long").State != "running" || notes() != 1 {
		t.Errorf("the job of the original is %s, alive %v, with %d notes",
			d.Job("long").State, alive(t, first), notes())
	}
}

// TestUnnotedIsSaid runs a job whose process cannot be noted: /readyz says so as long as it runs.
func TestUnnotedIsSaid(t *testing.T) {
	t.Parallel()
	d := world.NewDaemon(t)
	dir := filepath.Dir(d.File)
	d.Start("jobs:\n  - {name: waits, actor: shell, schedule: '@yearly', with: {command: 'touch began; until [ -e go ]; do sleep 0.02; done'}}\n")
	if err := os.Remove(filepath.Join(d.Data, "procs")); err != nil { // stands for a disk without inodes
		t.Fatal(err)
	}
	d.Run(nil, "job", "run", "waits")
	world.Eventually(t, "the job", exists(filepath.Join(dir, "began")))
	if err := d.Client.Ready(t.Context()); err == nil ||
		!strings.Contains(err.Error(), "1 running processes are not noted") {
		t.Errorf("while it runs: %v", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "go"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, "the job to end", func() bool { return d.Succeeded("waits") == 1 })
	world.Eventually(t, "/readyz to say ok", func() bool { return d.Client.Ready(t.Context()) == nil })
}

// TestFirstProcess runs the daemon as the first process of a container. Processes that lose their parents become its
// children, and none of them stays as a zombie.
func TestFirstProcess(t *testing.T) {
	t.Parallel()
	if out, err := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "true").CombinedOutput(); err != nil {
		t.Skipf("a namespace of processes cannot be made here, so it was not tried as its first process: %v: %s",
			err, out)
	}
	d := world.NewDaemon(t)
	program := d.Bin
	d.Bin = filepath.Join(filepath.Dir(program), "first")
	wrapper := fmt.Sprintf("#!/bin/sh\nif [ \"$1\" = start ]; then exec unshare --pid --fork --kill-child --mount-proc %[1]s \"$@\"; fi\nexec %[1]s \"$@\"\n", program)
	world.WriteProgram(t, d.Bin, wrapper)
	d.Start(`
jobs:
  - {name: messy, actor: shell, schedule: "@yearly", with: {command: "sleep 777 >/dev/null 2>&1 & sleep 777 >/dev/null 2>&1 & setsid sleep 0.01 & (sleep 0.01 &) & true"}}
  - {name: status, actor: shell, schedule: "@yearly", retry: {attempts: 1}, with: {command: "exit 7"}}
`)
	daemon := 0
	for _, p := range processes(t) {
		if p.parent == d.Process.Process.Pid {
			daemon = p.pid
		}
	}
	for i := range 3 {
		d.Run(nil, "job", "run", "messy")
		world.Eventually(t, "the job", func() bool { return d.Succeeded("messy") == i+1 })
	}
	d.Run(nil, "job", "run", "status")
	world.Eventually(t, "the other job", func() bool { r := d.Job("status").LastRun; return r != nil && !r.FinishedAt.IsZero() })
	if out := string(d.Run(nil, "run", "show", string(d.Job("status").LastRun.ID))); !strings.Contains(out, "exit status 7") {
		t.Errorf("how a job ended was lost:\n%s", out)
	}
	world.Eventually(t, "no child of the daemon to be left", func() bool {
		for _, p := range processes(t) {
			if p.parent == daemon {
				return false
			}
		}
		return true
	})
	if err := syscall.Kill(daemon, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	if err := d.Wait(); err != nil {
		t.Error(err)
	}
}
