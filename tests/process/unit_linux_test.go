package process

import (
	"bufio"
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"curfew/tests/internal/world"
	"curfew/tests/patience"
)

var bootSystemd = flag.Bool("unit", false, "try the unit on a systemd of version 252 that is booted in namespaces; needs root")

// unitResult is what testdata/unit/try.sh says where the unit does what docs/operations.md says of it.
const unitResult = `start: 0
status line: 2 jobs, 0 attempts running
job: 0
user curfew, home /home/curfew, path /home/curfew/.local/bin:/usr/local/bin:/usr/bin:/bin
/usr is denied
its state is allowed
a sandbox is allowed
CapEff:	0000000000000000
session by credential: "state":"probing"
reload: 0
reload of a file that is not valid: 1
stop: 0, the job that ran: done
start with a file that is not valid: 1, exit status 2, failed, restarts 0
start: 0
restarts after a kill: 1
start with a job of another user: 1
start as root: 0
job: 0
other
CapEff:	0000000000000000
no data
stop: 0
`

// TestUnit: the unit of the packages works with systemd itself: start, reload, stop, kill, credential, what jobs may.
func TestUnit(t *testing.T) {
	if !*bootSystemd {
		t.Skip("NOT RUN: it boots systemd in namespaces, as root: go test ./tests/process -run TestUnit -unit")
	}
	program, err := world.Program()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for to, from := range map[string]string{
		"curfew": program, "curfew.service": "../../deploy/curfew.service",
		"boot.sh": "testdata/unit/boot.sh", "try.sh": "testdata/unit/try.sh",
	} {
		raw, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, to), raw, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	group := filepath.Join(cgroups(t), "curfew-unit-"+strconv.Itoa(os.Getpid()))
	if err := os.Mkdir(group, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = exec.Command("find", group, "-depth", "-type", "d", "-exec", "rmdir", "{}", ";").Run() })
	ctx, cancel := context.WithTimeout(t.Context(), patience.Limit)
	defer cancel()
	boot := exec.CommandContext(ctx, "bash", "-c", `
echo $$ >"$0/cgroup.procs" &&
exec unshare --mount --pid --uts --ipc --net --cgroup --fork --kill-child bash "$1/boot.sh" "$1"`, group, folder)
	console, err := boot.CombinedOutput() // how it ends says nothing: it is halted
	got, unread := os.ReadFile(filepath.Join(folder, "result"))
	if string(got) != unitResult {
		errors, _ := os.ReadFile(filepath.Join(folder, "errors"))
		log, _ := os.ReadFile(filepath.Join(folder, "daemon.log"))
		t.Errorf("the unit did (%v, %v)\n%s\nwant\n%s\nerrors\n%s\nlog\n%s\nconsole\n%s", err, unread, got, unitResult, errors, log, console)
	}
}

// cgroups is where control groups of version 2 are mounted.
func cgroups(t *testing.T) string {
	t.Helper()
	mounts, err := os.Open("/proc/self/mounts")
	if err != nil {
		t.Fatal(err)
	}
	defer mounts.Close()
	for lines := bufio.NewScanner(mounts); lines.Scan(); {
		if words := strings.Fields(lines.Text()); words[2] == "cgroup2" {
			return words[1]
		}
	}
	t.Fatal("-unit: there is no mount of cgroup2")
	return ""
}
