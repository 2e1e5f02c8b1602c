package cli

import (
	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
)

func (t *terminal) job() *cobra.Command {
	return t.group("job", "Look at jobs, run, pause, resume and cancel them",
		t.jobList(),
		one(t, "show", "Show a job", t.jobNames, (*api.Client).Job, showJob),
		t.jobHistory(),
		t.jobRun(),
		t.jobBackfill(),
		one(t, "pause", "Hold a job's runs and skip its slots", t.jobNames, (*api.Client).Pause, paused),
		one(t, "resume", "Let a paused job go on", t.jobNames, (*api.Client).Resume, told("going on")),
		one(t, "cancel", "End a job's unfinished runs", t.jobNames, (*api.Client).Cancel, told("called off; its next slot runs as usual")),
	)
}

// told prints one line about a job.
func told(text string) func(*sheet.Sheet, api.Job) {
	return func(s *sheet.Sheet, j api.Job) { s.Line("job %s: %s (now %s)", j.Name, text, j.State) }
}

func paused(s *sheet.Sheet, j api.Job) {
	if j.Disabled {
		s.Line("job %s: paused, and %s; after that `curfew job resume %s` lets it go on", j.Name, disabled, j.Name)
		return
	}
	s.Line("job %s: paused; `curfew job resume %s` lets it go on (now %s)", j.Name, j.Name, j.State)
}
