package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAfterInstall: the packages' script says that nothing runs unless the daemon is enabled or runs. Every program that
// changes the machine is a stand-in.
func TestAfterInstall(t *testing.T) {
	t.Parallel()
	fakes := t.TempDir()
	for name, text := range map[string]string{
		"getent": "", "useradd": "exit 1", "chmod": "exit 1", "install": "",
		"systemctl": `case "$*" in *is-enabled*) exit "$ENABLED" ;; *is-active*) echo "$ACTIVE" ;; esac`,
	} {
		//nolint:gosec // a program is executable
		if err := os.WriteFile(filepath.Join(fakes, name), []byte("#!/bin/sh\n"+text+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		enabled, active string // the exit status of is-enabled, and what is-active says: nothing in a chroot, where it succeeds
		says            bool
	}{{"0", "active", false}, {"0", "inactive", false}, {"1", "active", false}, {"1", "inactive", true}, {"1", "", true}} {
		script := exec.Command("/bin/sh", "../../deploy/linux/after-install.sh", "configure")
		script.Env = []string{"PATH=" + fakes, "ENABLED=" + c.enabled, "ACTIVE=" + c.active}
		out, err := script.CombinedOutput()
		if said := strings.Contains(string(out), "nothing runs yet"); err != nil || said != c.says || !said && len(out) > 0 {
			t.Errorf("is-enabled %s, is-active %s: %v\n%s", c.enabled, c.active, err, out)
		}
	}
}
