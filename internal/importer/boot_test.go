package importer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestOnceABoot runs the command as the daemon would at its starts: once in each boot, and never in that of the import.
func TestOnceABoot(t *testing.T) {
	dir := t.TempDir()
	boot := filepath.Join(dir, "boot_id")
	b := &batch{Options: Options{Machine: Machine{Boot: "11111111-0000-0000-0000-000000000000"}}}
	e := &Entry{job: &job{name: "serve", with: work{command: "echo ran; exit 3"}}}
	b.onceABoot(e, 0)
	command := strings.Replace(e.job.with.command, BootID, boot, 1)
	if command == e.job.with.command || len(e.reasons) > 0 {
		t.Fatalf("%s: %v", e.job.with.command, e.reasons)
	}
	for _, tt := range []struct{ id, output string }{
		{b.Boot, ""},
		{"22222222-0000-0000-0000-000000000000", "ran\n"},
		{"22222222-0000-0000-0000-000000000000", ""},
		{"33333333-0000-0000-0000-000000000000", "ran\n"},
		{"33333333-0000-0000-0000-000000000000", ""},
	} {
		if err := os.WriteFile(boot, []byte(tt.id+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("/bin/sh", "-c", command)
		cmd.Env = []string{"HOME=" + dir, "PATH=/usr/bin:/bin"}
		out, _ := cmd.CombinedOutput()
		if status := cmd.ProcessState.ExitCode(); string(out) != tt.output || status != len(tt.output)/4*3 {
			t.Errorf("%s: exit status %d: %s", tt.id, status, out)
		}
	}
}
