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
