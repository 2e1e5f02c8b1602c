package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"curfew/actors"
	"curfew/internal/cli"
)

// TestWrite: every command has a page with its help and the version, and the pages are the same each time.
func TestWrite(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1795000000") // November 2026
	first, again := filepath.Join(t.TempDir(), "share", "man1"), t.TempDir()
	for _, folder := range []string{first, again} {
		if err := write(folder, "1.2.3"); err != nil {
			t.Fatal(err)
		}
	}
	want := 0
	err := each(cli.App{Kinds: &actors.Registry{}}.Commands(), func(c *cobra.Command) error {
		want++
		name := strings.ReplaceAll(c.CommandPath(), " ", "-") + ".1"
		page := read(t, filepath.Join(first, name))
		for _, part := range []string{".TH", "Curfew 1.2.3", "Nov 2026", c.Short} {
			if !strings.Contains(strings.ReplaceAll(page, `\-`, "-"), part) {
				t.Errorf("%s does not have %q", name, part)
			}
		}
		if page != read(t, filepath.Join(again, name)) {
			t.Errorf("%s is another one at the second time", name)
		}
		for _, p := range strings.Fields(c.Annotations[cli.PagesOf]) {
			if want := `curfew help ` + strings.Split(p, ".md")[0] + `\fP`; !strings.Contains(page, want) {
				t.Errorf("%s does not name the page %s", name, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files, err := os.ReadDir(first); err != nil || len(files) != want || want < 30 {
		t.Errorf("there are %d pages of %d commands (%v)", len(files), want, err)
	}
}

// TestFiles: the pages where people look first name what a package installs, as it is in the packages.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	if err := write(dir, "1.2.3"); err != nil {
		t.Fatal(err)
	}
	packed := read(t, "../../deploy/linux/nfpm.yaml") + read(t, "../../deploy/curfew.service")
	for _, name := range []string{"curfew.1", "curfew-start.1", "curfew-doctor.1"} {
		_, files, ok := strings.Cut(read(t, filepath.Join(dir, name)), "\n.SH FILES\n")
		files, _, before := strings.Cut(files, "\n.SH SEE ALSO\n")
		if !ok || !before {
			t.Errorf("%s has no section of files before the last one", name)
		}
		for _, path := range []string{"/etc/curfew/jobs.yaml", "/etc/curfew/environment", "/usr/lib/systemd/system/curfew.service", "/var/lib/curfew", "/usr/share/doc/curfew"} {
			if !strings.Contains(files, path) || !strings.Contains(packed, path) {
				t.Errorf("%s: %s is not named there, or not in the package", name, path)
			}
		}
	}
	if page := read(t, filepath.Join(dir, "curfew.1")); !strings.Contains(page, "systemctl(1)") || !strings.Contains(page, "curfew help operations") {
		t.Error("curfew.1 names no other pages than those of commands")
	}
}

// TestShort: the foot of a page has 80 columns for the version, the month and the name of the page.
func TestShort(t *testing.T) {
	for version, want := range map[string]string{
		"v1.2.3": "v1.2.3", "v1.2.3-rc.1": "v1.2.3-rc.1", "devel": "devel",
		"v0.0.0-20261129190039-adc0956f3df5":         "adc0956f3df5",
		"v1.2.4-0.20261129190039-adc0956f3df5+dirty": "adc0956f3df5",
		"v1.2.3-rc.1.0.20261129190039-adc0956f3df5":  "adc0956f3df5",
	} {
		if got := short(version); got != want {
			t.Errorf("%s is %s, want %s", version, got, want)
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
