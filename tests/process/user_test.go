package process

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/actors/env/users"
	"curfew/internal/contract"
	"curfew/tests/internal/world"
)

const usersFile = `
jobs:
  - {name: who, actor: shell, schedule: "@yearly", with: {user: nobody, dir: /, command: "id -un; id -G; echo $HOME; pwd; cat >/dev/stderr", stdin: read}}
  - {name: thief, actor: shell, schedule: "@yearly", with: {user: nobody, dir: /, command: "cat DATA/curfew.db DATA/daemon.json DATA/curfew.sock; ls DATA; env"}}
  - {name: hang, actor: shell, schedule: "@yearly", with: {user: nobody, dir: /, command: "setsid sleep 1000000 & sleep 1000000"}}
  - {name: cli, actor: cli-agent, session: none, schedule: "@yearly", with: {user: nobody, dir: /, argv: [id, -un], preflight: {command: test "$(id -un)" = nobody}}}
  - {name: ours, actor: shell, schedule: "@yearly", with: {command: "id -un"}}
`

// TestJobsOfAnotherUser runs jobs as nobody: who they are, what they may not read, and that they are ended.
func TestJobsOfAnotherUser(t *testing.T) {
	t.Parallel()
	nobody, err := users.Find("nobody")
	if err != nil || nobody.Allowed() != nil {
		t.Skipf("NOT RUN: %v; TestNotRootRefuses says what others see", errors.Join(err, nobody.Allowed()))
	}
	d := world.NewDaemon(t)
	d.Start(strings.ReplaceAll(usersFile, "DATA", d.Data))
	groups, err := exec.Command("id", "-G", "nobody").Output()
	if err != nil {
		t.Fatal(err)
	}
	if out := string(d.Run(nil, "job", "run", "who", "--wait")); !strings.Contains(out, "nobody\n"+string(groups)+nobody.Home+"\n/\nread") {
		t.Errorf("got %s", out)
	}
	if out := string(d.Run(nil, "job", "run", "cli", "--wait")); !strings.Contains(out, "\nnobody\n") {
		t.Errorf("got %s", out)
	}
	if out := string(d.Run(nil, "job", "run", "ours", "--wait")); !strings.Contains(out, "\n"+users.Me().Name+"\n") {
		t.Errorf("got %s", out)
	}
	c := exec.Command(d.Bin, "job", "run", "thief", "--wait", "--data", d.Data)
	out, err := c.CombinedOutput()
	if c.ProcessState == nil {
		t.Fatal(err)
	}
	if text := string(out); strings.Count(text, "Permission denied") < 4 || strings.Contains(text, "curfew.sock\n") || strings.Contains(text, "TOKEN") {
		t.Errorf("got %s", text)
	}
	d.Run(nil, "job", "run", "hang")
	world.Eventually(t, "the job runs", func() bool { return d.Job("hang").State == contract.JobRunning })
	d.Run(nil, "job", "cancel", "hang")
	world.Eventually(t, "the job is over", func() bool { return d.Job("hang").State == contract.JobIdle })
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
}

// TestNotRootRefuses runs the program as a user that is not root, on a file with another user in it: it may be checked,
// and not be started with.
func TestNotRootRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o711); err != nil {
		t.Fatal(err)
	}
	bin, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	const file = `jobs: [{name: a, actor: shell, schedule: "@yearly", with: {command: id, dir: /, user: root}}]`
	if err := errors.Join(os.Link(bin, dir+"/curfew"), os.WriteFile(dir+"/jobs.yaml", []byte(file), 0o644)); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, int) {
		c := exec.Command(dir+"/curfew", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "CURFEW_DATA="+dir+"/data")
		if nobody, err := users.Find("nobody"); os.Geteuid() == 0 {
			if err != nil || nobody.Allowed() != nil {
				t.Skipf("NOT RUN: %v", errors.Join(err, nobody.Allowed()))
			}
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody.UID, Gid: nobody.GID}}
		}
		out, err := c.CombinedOutput()
		if c.ProcessState == nil {
			t.Fatal(err)
		}
		return string(out), c.ProcessState.ExitCode()
	}
	const denied = `user "root": only root may run processes as another user, and this is user `
	if out, code := run("check", "jobs.yaml"); code != 0 || !strings.Contains(out, "jobs.yaml:1:87: warning: "+denied) {
		t.Errorf("check exits with %d: %s", code, out)
	}
	if out, code := run("start", "--config", "jobs.yaml", "--listen", "off"); code != 2 || !strings.Contains(out, "jobs.yaml:1:87: "+denied) {
		t.Errorf("start exits with %d: %s", code, out)
	}
}
