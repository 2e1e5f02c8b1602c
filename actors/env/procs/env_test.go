//go:build unix

package procs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"curfew/actors"
	"curfew/actors/env/users"
)

func TestEnvironment(t *testing.T) {
	daemon := []string{
		"PATH=/bin", "HOME=/home/me", "LANG=C", "LC_TIME=de_DE", "TZ=UTC", "USER=me", "LOGNAME=me", "SHELL=/bin/zsh", "TMPDIR=/var/tmp",
		"PLANTED_TOKEN=s3cret", "CURFEW_DATA=/data", "PWD=/here", "OPENAI_API_KEY=k3y", "LANGUID=no", "EXTRA=1", "MORE=2",
	}
	usual := "PATH=/bin HOME=/home/me LANG=C LC_TIME=de_DE TZ=UTC USER=me LOGNAME=me SHELL=/bin/zsh TMPDIR=/var/tmp"
	key := []string{"OPENAI_API_KEY"}
	tests := []struct {
		name string
		r    *runner
		c    actors.Command
		want string
	}{
		{"the usual ones", &runner{}, actors.Command{}, usual},
		{"passed on by the command", &runner{}, actors.Command{Pass: []string{"EXTRA", "MISSING"}}, usual + " EXTRA=1"},
		{"passed on by the job", &runner{attempt: actors.Attempt{PassEnv: []string{"EXTRA", "MISSING"}}}, actors.Command{Pass: []string{"MORE"}}, usual + " EXTRA=1 MORE=2"},
		{"its own", &runner{}, actors.Command{Env: []string{"A=1", "TZ=CET"}}, usual + " A=1 TZ=CET"},
		{"denied", &runner{deny: key, attempt: actors.Attempt{PassEnv: key}}, actors.Command{Pass: []string{"EXTRA", "OPENAI_API_KEY"}}, usual + " EXTRA=1"},
		{
			"given by the job", &runner{deny: key, attempt: actors.Attempt{EnvValues: map[string]string{"B": "2", "A": "1 =", "TZ": "CET", "OPENAI_API_KEY": "mine"}}},
			actors.Command{Env: []string{"B=3"}},
			usual + " A=1 = B=2 TZ=CET B=3",
		},
		{
			"whose it is", &runner{attempt: actors.Attempt{
				Run: "r1", Job: "j", Number: 2, Slot: time.Date(2027, 1, 15, 13, 0, 0, 0, time.UTC), EnvValues: map[string]string{"CURFEW_JOB": "another"},
			}},
			actors.Command{},
			usual + " CURFEW_JOB=another CURFEW_JOB=j CURFEW_RUN=r1 CURFEW_ATTEMPT=2 CURFEW_SLOT=2027-01-15T13:00:00.000Z",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := strings.Join(tt.r.environment(daemon, tt.c, nil), " "); got != tt.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestEnvironmentOfAUser pins that a process is told who it is, and gets nothing that is the daemon's own user's, unless
// the job passes that on.
func TestEnvironmentOfAUser(t *testing.T) {
	daemon := []string{"PATH=/bin", "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/zsh", "TMPDIR=/root/tmp", "LANG=C", "MAIL=x"}
	as := &identity{users.Account{Name: "www", Home: "/var/www", Shell: "/usr/sbin/nologin"}}
	const is = "HOME=/var/www USER=www LOGNAME=www SHELL=/usr/sbin/nologin"
	for _, tt := range []struct {
		name    string
		attempt actors.Attempt
		want    string
	}{
		{"as it is", actors.Attempt{}, "PATH=/bin LANG=C " + is},
		{"passed on", actors.Attempt{PassEnv: []string{"TMPDIR", "HOME"}}, "PATH=/bin HOME=/root TMPDIR=/root/tmp LANG=C USER=www LOGNAME=www SHELL=/usr/sbin/nologin"},
		{"given", actors.Attempt{EnvValues: map[string]string{"PATH": "/opt", "HOME": "/srv"}}, "PATH=/bin LANG=C " + is + " HOME=/srv PATH=/opt"},
	} {
		if got := strings.Join((&runner{attempt: tt.attempt}).environment(daemon, actors.Command{}, as), " "); got != tt.want {
			t.Errorf("%s: got %s", tt.name, got)
		}
	}
}

// TestRunEnvironment pins that the process sees that, and not the daemon's.
func TestRunEnvironment(t *testing.T) {
	t.Setenv("PLANTED_TOKEN", "s3cret")
	t.Setenv("PASSED", "yes")
	c := sh("/usr/bin/env")
	c.Env, c.Pass = []string{"OWN=1"}, []string{"PASSED"}
	r, err := New(Options{Deny: []string{"HOME"}}).Run(t.Context(), c)
	lines := strings.Split(r.Output, "\n")
	if err != nil || !slices.Contains(lines, "OWN=1") || !slices.Contains(lines, "PASSED=yes") ||
		strings.Contains(r.Output, "s3cret") || strings.Contains(r.Output, "HOME=") {
		t.Errorf("got %s, %v", r.Output, err)
	}
}

// TestRunEnvironmentValues pins that a value of the job file arrives as it is, whatever is in it, and that a PATH among
// them is where the program is looked for.
func TestRunEnvironmentValues(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "tool"), []byte("#!/bin/sh\nprintf %s \"$ODD|$EMPTY|$PATH\"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	const odd = "x=y\n $HOME \"'`id` %\tz\n"
	values := map[string]string{"ODD": odd, "EMPTY": "", "PATH": dir + ":/usr/bin:/bin"}
	r, err := New(Options{Attempt: actors.Attempt{Run: "r", EnvValues: values}}).Run(t.Context(), actors.Command{Path: "tool"})
	if want := odd + "||" + dir + ":/usr/bin:/bin"; err != nil || r.Output != want {
		t.Errorf("got %q, %v; want %q", r.Output, err, want)
	}
}

// TestRunKnowsWhoItIs pins that a process is told who it is though the daemon was not.
func TestRunKnowsWhoItIs(t *testing.T) {
	for _, name := range []string{"HOME", "USER", "LOGNAME", "SHELL", "PATH"} {
		t.Setenv(name, "")
	}
	r, err := New(Options{}).Run(t.Context(), sh(`[ -n "$HOME" ] && [ "$USER" = "$(id -un)" ] && [ "$LOGNAME" = "$USER" ] && [ -n "$SHELL" ] && cd && [ "$PWD" = "$HOME" ]`))
	if err != nil || r.ExitCode != 0 {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestFind pins that a program is found where its process would find it, and never by a relative folder.
func TestFind(t *testing.T) {
	dir := t.TempDir()
	for name, mode := range map[string]os.FileMode{"tool": 0o755, "notes": 0o644} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ name, path, want string }{
		{"tool", "/none:" + dir, dir + "/tool"},
		{"notes", dir, ""},
		{"tool", "", ""},
		{"tool", ".:bin", ""},
		{"", dir, ""},
		{"./tool", dir, "./tool"},
	} {
		got, err := find(tt.name, []string{"PATH=" + tt.path})
		if got != tt.want || (err == nil) != (tt.want != "") || err != nil && !(errors.Is(err, exec.ErrNotFound) && strings.Contains(err.Error(), ": "+tt.path+"; ")) {
			t.Errorf("%s in %q: got %q, %v", tt.name, tt.path, got, err)
		}
	}
}
