package process

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"curfew/bus/nats/natstest"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// moveFile has a job that is due again and again, one whose attempt lasts, and one that a person pauses.
const moveFile = `
jobs:
  - {name: tick, actor: shell, schedule: every 1s, with: {command: "echo tock"}}
  - {name: long, actor: shell, schedule: every 12h, timeout: 1h, with: {command: "test $CURFEW_ATTEMPT -gt 1 || exec sleep 1000"}}
  - {name: paused, actor: shell, schedule: every 1h, with: {command: "true"}}
`

// TestMoved: a daemon on its own is killed, and goes on as a node of a fleet with its jobs, their state and their history;
// and then on its own again. The journal is the same byte for byte in each place, and replays.
func TestMoved(t *testing.T) {
	t.Parallel()
	url := natstest.Server(t)
	alone := world.NewDaemon(t)
	alone.Start(moveFile)
	if _, err := alone.Client.Pause(t.Context(), "paused"); err != nil {
		t.Fatal(err)
	}
	ticks := func(d *world.Daemon) int {
		t.Helper()
		runs, err := d.Client.Runs(t.Context(), contract.RunQuery{
			Job: "tick", Status: messages.StatusSucceeded, Page: contract.Page{Limit: 200},
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(runs.Body.Items)
	}
	goesOn := func(d *world.Daemon, before int) {
		t.Helper()
		world.Eventually(t, "the runs from before, and more", func() bool { return ticks(d) >= before+2 })
		if v, err := d.Client.Job(t.Context(), "paused"); err != nil || v.Body.State != contract.JobPaused {
			t.Errorf("the paused job is %+v, %v", v, err)
		}
	}
	if _, err := alone.Client.RunNow(t.Context(), "long"); err != nil {
		t.Fatal(err)
	}
	world.Eventually(t, "some runs, and one that lasts", func() bool {
		v, err := alone.Client.Job(t.Context(), "long")
		return err == nil && v.Body.State == contract.JobRunning && ticks(alone) >= 2
	})
	before := ticks(alone)
	_ = alone.End(syscall.SIGKILL)

	fleet := []string{"--fleet", url, "--realm", "moved"}
	first := moved(t, alone, nil, fleet)
	node := world.NewDaemon(t)
	node.File, node.Args = alone.File, fleet
	node.Start(moveFile)
	goesOn(node, before)
	world.Eventually(t, "the attempt that lasted to be repeated", func() bool {
		v, err := node.Client.Job(t.Context(), "long")
		return err == nil && v.Body.LastRun != nil && v.Body.LastRun.Status == messages.StatusSucceeded
	})
	before = ticks(node)
	if err := node.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}

	back := world.NewDaemon(t)
	back.File = alone.File
	second := moved(t, back, fleet, nil)
	if !bytes.HasPrefix(second, first) {
		t.Error("what was recorded before the move is not as it was")
	}
	back.Start(moveFile)
	goesOn(back, before)
	if err := back.End(syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	replays(t, back, back.Run(nil, "journal", "export"))
}

// moved brings the journal from one place into another, which are those of flags, and returns it. Each of the two is the
// data folder of a daemon that does not run, if it has no flags.
func moved(t *testing.T, d *world.Daemon, from, into []string) (journal []byte) {
	t.Helper()
	journal = d.Run(nil, append([]string{"journal", "export"}, from...)...)
	replays(t, d, journal)
	file := filepath.Join(t.TempDir(), "journal.jsonl")
	if err := os.WriteFile(file, journal, 0o600); err != nil {
		t.Fatal(err)
	}
	said := d.Run(nil, append([]string{"journal", "import", file}, into...)...)
	if !strings.HasPrefix(string(said), "imported into ") {
		t.Errorf("the import says %q", said)
	}
	if !bytes.Equal(d.Run(nil, append([]string{"journal", "export"}, into...)...), journal) {
		t.Error("the journal is another one after the move")
	}
	again := exec.Command(d.Bin, append([]string{"journal", "import", file, "--data", d.Data}, into...)...)
	if out, err := again.CombinedOutput(); err == nil || !strings.Contains(string(out), "choose another") {
		t.Errorf("a second import: %v: %s", err, out)
	}
	return journal
}

func replays(t *testing.T, d *world.Daemon, journal []byte) {
	t.Helper()
	if got := string(d.Run(journal, "replay", "-")); !strings.HasSuffix(got, ", 0 differences\n") {
		t.Errorf("replay: %s", got)
	}
}
