//go:build unix

package procs

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"curfew/actors"
	"curfew/actors/env/users"
)

// as lets a command run as a user in a folder that every user may enter; empty: as the daemon.
func as(c actors.Command, user string) actors.Command {
	if user != "" {
		c.User, c.Dir = user, "/"
	}
	return c
}

func onlyRoot(t *testing.T) {
	t.Helper()
	if a, err := users.Find("nobody"); err != nil || a.Allowed() != nil {
		t.Skipf("NOT RUN: %v; processes of the user of this test are tried", errors.Join(err, a.Allowed()))
	}
}

// TestRunAs pins who a process is: what id says of its user, and that user's environment.
func TestRunAs(t *testing.T) {
	onlyRoot(t)
	id := func(args ...string) string {
		out, err := exec.Command("id", args...).Output()
		if err != nil {
			t.Fatal(err)
		}
		return string(out)
	}
	want := id("-u", "nobody") + id("-g", "nobody") + id("-G", "nobody")
	r, err := New(Options{}).Run(t.Context(), as(sh("id -u; id -g; id -G"), "nobody"))
	if err != nil || r.Output != want {
		t.Errorf("got %q, %v; want %q", r.Output, err, want)
	}
	nobody, err := users.Find("nobody")
	if err != nil {
		t.Fatal(err)
	}
	r, err = New(Options{}).Run(t.Context(), as(sh(`echo "$USER $LOGNAME $HOME $SHELL $TMPDIR"`), "nobody"))
	if want := "nobody nobody " + nobody.Home + " " + nobody.Shell + " \n"; err != nil || r.Output != want {
		t.Errorf("got %q, %v; want %q", r.Output, err, want)
	}
}

// TestRunAsReopens pins that its streams are the process's own: they can be opened by name.
func TestRunAsReopens(t *testing.T) {
	onlyRoot(t)
	if runtime.GOOS != "linux" {
		t.Skip("NOT RUN: only Linux opens a pipe anew by the name of a stream")
	}
	c := as(sh("cat /dev/stdin >/dev/stderr; echo out >/dev/stdout"), "nobody")
	c.Stdin = "read\n"
	r, err := New(Options{}).Run(t.Context(), c)
	if want := (actors.Result{Output: "read\nout\n", Stderr: "read\n"}); err != nil || r != want {
		t.Errorf("got %+v, %v", r, err)
	}
}

// TestRunAsRefuses pins what no retry mends: a user that does not exist, or that the daemon may not become; what the user
// may not enter or run; a home that is not there.
func TestRunAsRefuses(t *testing.T) {
	closed := t.TempDir()
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		c    actors.Command
		root bool
		want error
		says string
	}{
		{"no such user", actors.Command{Path: "/bin/sh", User: "no-such-user", Dir: "/"}, false, users.ErrUnknown, `user "no-such-user"`},
		{"a folder of others", actors.Command{Path: "/bin/sh", User: "nobody", Dir: closed}, true, fs.ErrPermission, "as user nobody in " + closed},
		{"a program of others", actors.Command{Path: filepath.Join(closed, "x"), User: "nobody", Dir: "/"}, true, fs.ErrPermission, "as user nobody in /"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.root {
				onlyRoot(t)
			}
			_, err := New(Options{}).Run(t.Context(), tt.c)
			if !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || !Hopeless(err) {
				t.Errorf("got %v", err)
			}
		})
	}
	t.Run("not root", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("NOT RUN: this is root, who may; see TestFind of actors/env/users")
		}
		if _, err := New(Options{}).Run(t.Context(), as(sh("id"), "root")); !errors.Is(err, users.ErrDenied) || !Hopeless(err) {
			t.Errorf("got %v", err)
		}
	})
}

// TestRunAsMyself pins that a daemon that is not root may name its own user, and that the process begins in the home.
func TestRunAsMyself(t *testing.T) {
	me := users.Me()
	if info, err := os.Stat(me.Home); err != nil || !info.IsDir() {
		t.Skipf("NOT RUN: the user %s of this test has no home", me.Name)
	}
	c := sh(`pwd; echo "$HOME $USER"`)
	c.User = me.Name
	r, err := New(Options{}).Run(t.Context(), c)
	if want := me.Home + "\n" + me.Home + " " + me.Name + "\n"; err != nil || r.Output != want {
		t.Errorf("got %+v, %v; want %q", r, err, want)
	}
}
