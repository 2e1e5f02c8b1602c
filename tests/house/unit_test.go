package house

import (
	"flag"
	"os/exec"
	"strings"
	"testing"

	"curfew/tests/internal/page"
)

const (
	unitFile       = "deploy/curfew.service"
	systemdVersion = "systemd 252 " // whose numbers those of the page are
	mostExposure   = "40"           // in tenths
)

var withSystemd = flag.Bool("systemd", false, "judge the unit by systemd-analyze of this machine, which has to be of version 252")

// TestUnitPage: docs/operations.md shows the unit of the packages.
func TestUnitPage(t *testing.T) {
	inModule(t)
	page.Part(t, "docs/operations.md", "unit", "```ini\n"+read(t, unitFile)+"```")
}

// TestUnitSecurity: the unit takes from jobs what they can do without, in the eyes of systemd.
func TestUnitSecurity(t *testing.T) {
	inModule(t)
	if !*withSystemd {
		t.Skip("NOT RUN: it asks systemd-analyze of version 252: go test ./tests/house -run TestUnitSecurity -systemd")
	}
	if out, err := exec.Command("systemd-analyze", "--version").Output(); err != nil || !strings.HasPrefix(string(out), systemdVersion) {
		t.Fatalf("-systemd: %s, want %s (%v)", strings.SplitN(string(out), "\n", 2)[0], systemdVersion, err)
	}
	out, err := exec.Command("systemd-analyze", "security", "--no-pager", "--offline=true", "--threshold="+mostExposure, unitFile).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: the unit is more exposed than %s tenths:\n%s", err, mostExposure, out)
	}
	_, level, ok := strings.Cut(strings.TrimSpace(string(out)), "Overall exposure level for curfew.service: ")
	level, _, _ = strings.Cut(level, " ")
	if !ok || !strings.Contains(read(t, "docs/operations.md"), "gives it "+level+",") {
		t.Errorf("docs/operations.md does not say that systemd-analyze gives the unit %q", level)
	}
}
