package cli

import (
	"testing"
	"time"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

// TestLast: what a job did last is its newest run, or that its slots were skipped since: a job that lost its only slot
// must not look as if it waited.
func TestLast(t *testing.T) {
	skipped := &contract.LastSkipped{Slot: 1_000_000, Reason: messages.SkipPaused, At: 2_000_000}
	run := func(status messages.Status, finished messages.Instant) *contract.LastRun {
		return &contract.LastRun{ID: "r", Status: status, FinishedAt: finished}
	}
	s := &sheet.Sheet{Now: time.UnixMilli(3_000_000)}
	for _, c := range []struct {
		job  contract.Job
		want string
	}{
		{contract.Job{}, "-"},
		{contract.Job{LastSkipped: skipped}, "skipped (paused) 33m ago"},
		{contract.Job{LastSkipped: skipped, LastRun: run("succeeded", 1_500_000)}, "skipped (paused) 33m ago"},
		{contract.Job{LastSkipped: skipped, LastRun: run("succeeded", 2_500_000)}, "ok 8m20s ago"},
		{contract.Job{LastSkipped: skipped, LastRun: run("running", 0)}, "running"},
		// What was stamped by a clock that has been set back since came before what is not in the future.
		{contract.Job{LastSkipped: &contract.LastSkipped{Slot: 8_000_000, Reason: messages.SkipPaused, At: 9_000_000}, LastRun: run("succeeded", 2_500_000)}, "ok 8m20s ago"},
		{contract.Job{LastSkipped: skipped, LastRun: run("succeeded", 9_000_000)}, "skipped (paused) 33m ago"},
		{contract.Job{LastRun: run("failed", 2_500_000), Failing: &contract.Failing{Runs: 1}}, "failed 8m20s ago"},
		{contract.Job{LastRun: run("failed", 2_500_000), Failing: &contract.Failing{Runs: 20, AtLeast: true}}, "failed 8m20s ago, at least 20 failures"},
		{contract.Job{LastRun: run("running", 0), Failing: &contract.Failing{Runs: 3}}, "running, 3 failures"},
	} {
		if got := last(s, c.job).Text; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestFailingSince: of a job that has failed for longer than was looked back, no beginning is made up.
func TestFailingSince(t *testing.T) {
	s := &sheet.Sheet{Now: time.UnixMilli(3_000_000)}
	for want, f := range map[string]*contract.Failing{"33m ago": {Since: 1_000_000, Runs: 3}, "before 33m ago": {Since: 1_000_000, Runs: 20, AtLeast: true}} {
		if got := failingSince(s.When, f); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestTook: what a run waited for is not what it took.
func TestTook(t *testing.T) {
	r := contract.Run{StartedAt: 1_000, FinishedAt: 622_000, Attempts: []contract.Attempt{{StartedAt: 1_000, FinishedAt: 1_100}, {StartedAt: 621_900, FinishedAt: 622_000}}}
	if got, want := took(r), "200ms"; got != want {
		t.Errorf("took %s, want %s", got, want)
	}
	if got, want := tookAndWaited(r), "200ms, and waited 10m"; got != want {
		t.Errorf("took %s, want %s", got, want)
	}
	if got := took(contract.Run{StartedAt: 1_000, Attempts: []contract.Attempt{{StartedAt: 1_000}}}); got != "-" {
		t.Errorf("what still runs took %s", got)
	}
}
