package cli_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"curfew/internal/contract"
)

// What doctor asks of the fake, besides jobs and sessions.

func (*fake) Status(context.Context) (contract.Status, error) {
	return contract.Status{Version: "v0.1.0", Ready: true}, nil
}

func (*fake) Ready(context.Context) error { return nil }

func (*fake) Notes(context.Context) ([]string, error) { return nil, nil }

func (*fake) Targets(context.Context, contract.Page) ([]contract.Target, string, error) {
	return nil, "", nil
}

// TestDoctorComparesBuilds: a daemon that has run since before the program was replaced.
func TestDoctorComparesBuilds(t *testing.T) {
	_, data := daemon(t)
	if err := os.Chmod(data, 0o700); err != nil {
		t.Fatal(err)
	}
	_, stdout, stderr := call("", "--data", data, "doctor")
	if !strings.Contains(stdout, "warning  program: the daemon runs curfew v0.1.0, and this program is curfew ") ||
		!strings.Contains(stdout, "if this program is the newer one: stop the daemon and start it again") {
		t.Errorf("%s%s", stdout, stderr)
	}
}

// TestDoctorTellsACauseOnce: a data folder that is not there is one failure, with what to do about it.
func TestDoctorTellsACauseOnce(t *testing.T) {
	data := filepath.Join(t.TempDir(), "none")
	_, stdout, stderr := call("", "--data", data, "doctor")
	if strings.Count(stdout, "failure ") != 1 || !strings.Contains(stdout, data+" does not exist") || !strings.Contains(stdout, "name it with --data") {
		t.Errorf("%s%s", stdout, stderr)
	}
}
