package house

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPackageArguments: deploy/package judges all that it is given before it removes the last release.
func TestPackageArguments(t *testing.T) {
	inModule(t)
	script := read(t, "deploy/package")
	root := t.TempDir()
	last := filepath.Join(root, "dist", "last")
	for path, text := range map[string]string{filepath.Join(root, "deploy", "package"): script, last: ""} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		args, want string
		code       int
	}{
		{"--help", "deploy/package linux/amd64 …   only these", 0},
		{"linux/amd64 -h", "deploy/package linux/amd64 …   only these", 0},
		{"--snapshot", `"--snapshot" is not a platform of a release: those are linux/amd64 `, 2},
		{"linux/amd64 linux", `"linux" is not a platform`, 2},
	} {
		out, err := exec.Command("bash", append([]string{filepath.Join(root, "deploy", "package")}, strings.Fields(tt.args)...)...).CombinedOutput()
		code := 0
		if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
			code = exit.ExitCode()
		} else if err != nil {
			t.Fatal(err)
		}
		if code != tt.code || !strings.Contains(string(out), tt.want) || strings.Contains(string(out), "set -e") {
			t.Errorf("deploy/package %s: exit %d, want %d with %q:\n%s", tt.args, code, tt.code, tt.want, out)
		}
		if _, err := os.Stat(last); err != nil {
			t.Fatalf("deploy/package %s removed the last release: %v", tt.args, err)
		}
	}
}

// TestPackageTexts: the pages that a package brings begin with what its reader does next.
func TestPackageTexts(t *testing.T) {
	inModule(t)
	if first := strings.Split(read(t, "docs/packages.md"), "\n## ")[1]; !strings.HasPrefix(first, "The deb and the rpm\n") {
		t.Errorf("docs/packages.md does not begin with installing: %.40q", first)
	}
	const skip = "\n## The program\n\nWhoever has a package of Curfew installed skips this"
	if !strings.Contains(read(t, "docs/tutorial.md"), skip) {
		t.Errorf("docs/tutorial.md builds the program before it says %q", skip)
	}
}

// TestPurgeNames: the line that takes all of it away has each place that the purge says stays, and no other.
func TestPurgeNames(t *testing.T) {
	inModule(t)
	for _, tt := range []struct{ left, want string }{
		{"", "userdel -r curfew && rm -r ROOT/var/lib/curfew\n"},
		{"etc/curfew/environment", "userdel -r curfew && rm -r ROOT/var/lib/curfew ROOT/etc/curfew\n"},
		{"etc/systemd/system/curfew.service.d/a.conf", "userdel -r curfew && rm -r ROOT/var/lib/curfew ROOT/etc/systemd/system/curfew.service.d\n"},
		{
			"etc/curfew/environment etc/curfew/key etc/systemd/system/curfew.service.d/a.conf",
			"userdel -r curfew && rm -r ROOT/var/lib/curfew ROOT/etc/curfew ROOT/etc/systemd/system/curfew.service.d\n",
		},
	} {
		root := t.TempDir()
		for _, file := range strings.Fields(tt.left) {
			path := filepath.Join(root, file)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		script := strings.NewReplacer("/etc/", root+"/etc/", "/var/", root+"/var/", "/run/", root+"/run/").Replace(read(t, "deploy/linux/after-remove.sh"))
		out, err := exec.Command("sh", "-c", script, "sh", "purge").CombinedOutput()
		if got := strings.ReplaceAll(string(out), root, "ROOT"); err != nil || !strings.HasSuffix(got, tt.want) {
			t.Errorf("left %q: %v, %s; want its end %q", tt.left, err, got, tt.want)
		}
	}
}
