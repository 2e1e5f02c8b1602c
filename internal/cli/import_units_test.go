package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/importer"
)

// TestUserTimers: of the timers of a user, those that are enabled run today; a copy says nothing.
func TestUserTimers(t *testing.T) {
	home := t.TempDir()
	units := filepath.Join(home, userUnits)
	write := func(path, text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	machine := importer.Machine{User: "ann", Home: func(string) (string, bool) { return home, true }}
	const timer = "[Timer]\nOnCalendar=daily\n"
	for _, name := range []string{"on.timer", "off.timer", "changed.timer", "hidden.timer"} {
		write(filepath.Join(units, name), timer)
	}
	write(filepath.Join(units, "on.service"), "[Service]\nExecStart=/usr/bin/sweep\n")
	write(filepath.Join(units, "changed.timer.d", "more.conf"), "[Timer]\n")
	write(filepath.Join(home, ".local/share/systemd/user/hidden.timer"), timer)
	write(filepath.Join(home, "copy", "on.timer"), timer)
	wants := filepath.Join(units, "timers.target.wants")
	if err := os.MkdirAll(wants, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../on.timer", filepath.Join(wants, "on.timer")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(units, "on.timer"):                              "",
		filepath.Join(units, "off.timer"):                             "not enabled on this machine",
		filepath.Join(units, "changed.timer"):                         "its settings are changed in",
		filepath.Join(home, ".local/share/systemd/user/hidden.timer"): "systemd reads " + filepath.Join(units, "hidden.timer"),
		filepath.Join(home, "copy", "on.timer"):                       "",
	} {
		s, err := importSource(importer.Systemd, path, machine)
		if err != nil {
			t.Fatal(err)
		}
		if (s.Ignored == "") != (want == "") || !strings.Contains(s.Ignored, want) {
			t.Errorf("%s: %q, want %q", path, s.Ignored, want)
		}
		if starts := strings.Contains(string(s.Service), "/usr/bin/sweep"); starts != (path == filepath.Join(units, "on.timer")) {
			t.Errorf("%s: its service is %q", path, s.Service)
		}
	}
}
