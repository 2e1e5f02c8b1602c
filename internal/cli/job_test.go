package cli

import (
	"regexp"
	"testing"

	"curfew/internal/api"
	"curfew/messages"
)

// TestLast: what a job did last is its newest run, or that its slots were skipped since: a job that lost its only slot
// must not look as if it waited.
func TestLast(t *testing.T) {
	skipped := &api.LastSkipped{Slot: 1_000_000, Reason: messages.SkipPaused, At: 2_000_000}
	run := func(finished messages.Instant) *api.LastRun {
		return &api.LastRun{ID: "r", Status: messages.StatusSucceeded, FinishedAt: finished}
	}
	for _, c := range []struct {
		job  api.Job
		want string
	}{
		{api.Job{}, `^-$`},
		{api.Job{LastSkipped: skipped}, `^skipped \(paused\) 1970-01-01 00:16:40Z \(.* ago\)$`},
		{api.Job{LastSkipped: skipped, LastRun: run(1_500_000)}, `^skipped \(paused\) `},
		{api.Job{LastSkipped: skipped, LastRun: run(2_500_000)}, `^succeeded, .*, run r$`},
		{api.Job{LastSkipped: skipped, LastRun: run(0)}, `^succeeded, run r$`},
	} {
		if got := last(c.job); !regexp.MustCompile(c.want).MatchString(got) {
			t.Errorf("%q, want %s", got, c.want)
		}
	}
}
