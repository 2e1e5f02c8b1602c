package datadir

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// TestUnit: the unit of the packages, units that people have written or changed, and machines that have none.
func TestUnit(t *testing.T) {
	t.Parallel()
	packaged, err := os.ReadFile("../../deploy/curfew.service")
	if err != nil {
		t.Fatal(err)
	}
	const ours, theirs = "usr/lib/systemd/system/curfew.service", "etc/systemd/system/curfew.service"
	for name, tt := range map[string]struct {
		files map[string]string
		want  Unit // an empty one: none
	}{
		"none":           {nil, Unit{}},
		"packaged":       {map[string]string{ours: string(packaged)}, Unit{Service, "curfew", "/etc/curfew/jobs.yaml"}},
		"their own":      {map[string]string{ours: string(packaged), theirs: "[Service]\nExecStart=/opt/curfew start --data=/srv/c --config x\n"}, Unit{Data: "/srv/c"}},
		"changed":        {map[string]string{ours: string(packaged), theirs + ".d/b.conf": "User=two\n", ours + ".d/a.conf": "User=one\nExecStart=\nExecStart=curfew start --data /d --config=/e/jobs.yaml\n"}, Unit{"/d", "two", "/e/jobs.yaml"}},
		"only a change":  {map[string]string{theirs + ".d/a.conf": "ExecStart=curfew start --data /d\n"}, Unit{}},
		"no data folder": {map[string]string{ours: "ExecStart=curfew start --config x --data\n"}, Unit{}},
		"of a home":      {map[string]string{ours: "ExecStart=curfew start --data %h/c\n"}, Unit{}},
		"of a variable":  {map[string]string{ours: "ExecStart=curfew start --data /srv/${WHO}\n"}, Unit{}},
		"changed to a variable": {map[string]string{
			ours:                 string(packaged),
			theirs + ".d/a.conf": "Environment=CURFEW_DATA=/srv/c\nExecStart=\nExecStart=curfew start\n",
		}, Unit{}},
		"changed to a specifier": {map[string]string{
			ours:                 string(packaged),
			theirs + ".d/a.conf": "ExecStart=\nExecStart=curfew start --data %S/other\n",
		}, Unit{}},
		"a change hides one": {map[string]string{
			ours:                 string(packaged),
			theirs + ".d/a.conf": "ExecStart=\nExecStart=curfew start --data /d\n", ours + ".d/a.conf": "User=one\nExecStart=\nExecStart=curfew start --data /e\n",
		}, Unit{Data: "/d", User: "curfew"}},
	} {
		root := t.TempDir()
		for path, text := range tt.files {
			path = filepath.Join(root, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		var got Unit
		if u := unitBelow(root); u != nil {
			got = *u
		}
		if got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

// TestCommandOfUnit: root and the unit's user ask it as they are, others as that user.
func TestCommandOfUnit(t *testing.T) {
	t.Parallel()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	const plain = "`curfew --data /d status`"
	for _, name := range []string{me.Username, ""} {
		if got := (Unit{Data: "/d", User: name}).Command("status"); got != plain {
			t.Errorf("as %q of a unit of %q: %s", me.Username, name, got)
		}
	}
	want := plain
	if os.Geteuid() != 0 {
		want = "`sudo -u nobody-here curfew --data /d status`"
	}
	if got := (Unit{Data: "/d", User: "nobody-here"}).Command("status"); got != want || strings.Count(got, "`") != 2 {
		t.Errorf("as %q of a unit of another: %s, want %s", me.Username, got, want)
	}
}

// TestAs: what is printed for root works without sudo.
func TestAs(t *testing.T) {
	t.Parallel()
	want := "sudo -u curfew"
	if os.Geteuid() == 0 {
		want = "runuser -u curfew --"
	}
	if got := As("curfew"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestForeignText: who may not enter a data folder is told what is possible without, and nothing of the system's calls.
func TestForeignText(t *testing.T) {
	t.Parallel()
	_, denied := os.Open(filepath.Join(t.TempDir(), "none"))
	err := Foreign("/d", denied)
	for _, want := range []string{"/d belongs to another user", As("OWNER"), "api.read.token", "--url URL --token-file FILE", "`curfew help operations`: Without root"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %q", want, err)
		}
	}
	if strings.Contains(err.Error(), denied.Error()) || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%q of %q", err, denied)
	}
}
