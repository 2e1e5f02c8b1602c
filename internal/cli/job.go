package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

func (t *terminal) job() *cobra.Command {
	return t.group("job", "Show, set, remove, run, pause, resume and cancel jobs",
		t.jobList(),
		one(t, "show", "Show a job", t.jobNames, (*api.Client).Job, showJob),
		t.jobHistory(),
		t.jobSet(),
		t.jobRemove(),
		t.jobRun(),
		t.jobBackfill(),
		one(t, "pause", "Pause a job: hold its runs and skip its slots", t.jobNames, (*api.Client).Pause, paused),
		one(t, "resume", "Resume a paused job", t.jobNames, (*api.Client).Resume, told("resumed")),
		one(t, "cancel", "Cancel a job's unfinished runs", t.jobNames, (*api.Client).Cancel, jobCancelled),
	)
}

// told prints one line about a job.
func told(text string) func(*sheet.Sheet, contract.Job) {
	return func(s *sheet.Sheet, j contract.Job) { s.Line("job %s: %s (now %s)", j.Name, text, j.State) }
}

func paused(s *sheet.Sheet, j contract.Job) {
	if j.Disabled {
		s.Line("job %s: paused, and also %s; then resume it with `curfew job resume %s`", j.Name, words.Disabled, j.Name)
		return
	}
	s.Line("job %s: paused; resume it with `curfew job resume %s` (now %s)", j.Name, j.Name, j.State)
}

// jobCancelled says besides what becomes of the next slot.
func jobCancelled(s *sheet.Sheet, j contract.Job) {
	by := words.HeldBy(j.Holds, j.Session)
	switch {
	case j.Disabled:
		s.Line("job %s: cancelled; it stays %s", j.Name, words.Disabled)
	case !j.Enabled:
		s.Line("job %s: cancelled; it stays paused: resume it with `curfew job resume %s`", j.Name, j.Name)
	case j.NextSlot.IsZero():
		s.Line("job %s: cancelled; it has no next slot by the clock (now %s)", j.Name, j.State)
	case by != "":
		s.Line("job %s: cancelled; what falls due is held, or skipped, because of %s (now %s)", j.Name, by, j.State)
	default:
		s.Line("job %s: cancelled; the next slot runs as usual (now %s)", j.Name, j.State)
	}
}
