package crash

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/lock"
	"curfew/messages"
)

// TestForeignProgram is a program that does not speak to the daemon but opens its journal. While the daemon runs it is
// refused, with what works instead, and the daemon goes on. What it writes while none runs is told at the next start.
func TestForeignProgram(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	d.Start(faultsFile)
	var held *lock.Held
	if j, err := sqlite.Open(path); !errors.As(err, &held) || held.PID != d.Process.Process.Pid || !strings.Contains(err.Error(), "speak to it with the commands or the HTTP API") {
		t.Fatalf("beside the daemon: %v, %v", j, err)
	}
	d.Run(nil, "job", "resume", "one")
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("the daemon: %v", err)
	}
	j, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	l, err := bus.Open(bus.Options{Journal: j})
	if err != nil {
		t.Fatal(err)
	}
	_, err = l.Commit(t.Context(), bus.Draft{Fact: messages.JobPaused{Job: "one", By: "a program"}})
	if err := errors.Join(err, l.Close()); err != nil {
		t.Fatal(err)
	}
	d.Start(faultsFile)
	if said := d.Log.String(); !strings.Contains(said, "another program has written facts to the journal") || !strings.Contains(said, `"facts": 1`) {
		t.Errorf("the log has %s", said)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("the daemon: %v", err)
	}
}
