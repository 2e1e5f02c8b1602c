package importer

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"curfew/internal/importer/oracle"
)

// TestKubeWork runs the commands that are written against a stand-in for kubectl, which notes what it is asked.
func TestKubeWork(t *testing.T) {
	dir := t.TempDir()
	stand := `#!/bin/sh
case "$1 $2" in
  "create job") echo "$5" >> "$DIR/made"; exit "$CREATE" ;;
  "get job") echo asked >> "$DIR/asked"; echo "$ENDED" ;;
esac
`
	if err := os.WriteFile(filepath.Join(dir, "kubectl"), []byte(stand), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		policy, create, ended string
		status                int
		asked                 bool
	}{
		{"Allow", "0", "Complete", 0, true},
		{"Allow", "3", "", 3, false},
		{"Forbid", "0", "SuccessCriteriaMet Complete", 0, true},
		{"Forbid", "0", "FailureTarget Failed", 1, true},
		{"Forbid", "1", "", 1, false},
		{"Replace", "0", "Complete", 0, true},
	} {
		e := &Entry{job: &job{}}
		(&batch{}).kubeWork(e, tt.policy, "poll", "shop")
		asked := filepath.Join(dir, "asked")
		_ = os.Remove(asked)
		cmd := exec.Command("/bin/sh", "-c", e.job.with.command)
		cmd.Env = []string{"PATH=" + dir + ":/usr/bin:/bin", "DIR=" + dir, "CREATE=" + tt.create, "ENDED=" + tt.ended}
		out, _ := cmd.CombinedOutput()
		_, err := os.Stat(asked)
		if status := cmd.ProcessState.ExitCode(); status != tt.status || (err == nil) != tt.asked {
			t.Errorf("%+v: exit status %d, asked %v: %s", tt, status, err == nil, out)
		}
	}
	made, err := os.ReadFile(filepath.Join(dir, "made"))
	if err != nil || strings.TrimSpace(strings.ReplaceAll(string(made), "--from=cronjob/poll\n", "")) != "" {
		t.Errorf("it made %q (%v)", made, err)
	}
}

// TestRobfig is what robfig/cron takes, what is written for it, and how often that is in June 2026.
func TestRobfig(t *testing.T) {
	for _, tt := range []struct {
		text, expr string
		slots      int
	}{
		{"0 12 13 * 5", "0 12 13 * FRI", 5},
		{"0 12 */2 * 1", "0 12 1,3,5,7,9,11,13,15,17,19,21,23,25,27,29,31 * MON", 17}, // either is enough
		{"0 12 */1 * 1", "0 12 1-31 * MON", 30},
		{"0 12 * * 1", "0 12 * * MON", 5},
		{"0 12 ? * MON-FRI", "0 12 * * MON-FRI", 22},
		{"5/15 0 1 * *", "5,20,35,50 0 1 * *", 4},
		{"*/61 1 1 * *", "*/61 1 1 * *", 1},
		{"?/30 1 1 * *", "*/30 1 1 * *", 2},
		{"@daily", "0 0 * * *", 29},
		{"@weekly", "0 0 * * SUN", 4},
		{"0 12 * * 7", "", 0},
		{"0 12 * * FRI-MON", "", 0},
		{"0 12 L * *", "", 0},
		{"0 12 * * MON#2", "", 0},
		{"@reboot", "", 0},
		{"0 0 12 * * *", "", 0},
		{"60 * * * *", "", 0},
		{"0 12 * *", "", 0},
	} {
		p, err := robfig.read(tt.text)
		if err != nil {
			if tt.expr != "" {
				t.Errorf("%s: %v", tt.text, err)
			}
			continue
		}
		if expr := p.expression(true); expr != tt.expr {
			t.Errorf("%s: got %q", tt.text, expr)
		}
		if n := len(p.rule(time.UTC, oracle.Follow).Slots(start, start.AddDate(0, 0, 29).Add(12*time.Hour))); n != tt.slots {
			t.Errorf("%s: %d slots, want %d", tt.text, n, tt.slots)
		}
	}
}
