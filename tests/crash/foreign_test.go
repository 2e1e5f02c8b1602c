package crash

import (
	"errors"
	"strings"
	"syscall"
	"testing"

	"curfew/bus"
	"curfew/bus/lock"
	"curfew/bus/sqlite"
	"curfew/messages"
)

// TestForeignProgram opens the journal of a daemon from another program. While the daemon runs the other program is
// refused and told what to do instead, and the daemon goes on. The next start reports what it wrote while no daemon
// ran.
func TestForeignProgram(t *testing.T) {
	t.Parallel()
	d, path := lived(t)
	d.Start(faultsFile)
	var held *lock.Held
	if j, err := sqlite.Open(path); !errors.As(err, &held) || held.PID != d.Process.Process.Pid ||
		!strings.Contains(err.Error(), "use the commands or the HTTP API") {
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
	if said := d.Log.String(); !strings.Contains(said, "another program has written facts to the journal") ||
		!strings.Contains(said, `"facts": 1`) {
		t.Errorf("the log has %s", said)
	}
	if err := d.End(syscall.SIGTERM); err != nil {
		t.Errorf("the daemon: %v", err)
	}
}
