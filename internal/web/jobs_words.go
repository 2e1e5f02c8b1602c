package web

import (
	"strconv"

	"curfew/internal/contract"
	"curfew/internal/words"
)

// effect is what an order does to a job.
type effect int

const (
	changes effect = iota // it is carried out
	already               // there is nothing to do
	cannot                // it is refused
)

// foresee says what an order does to a job as it is now.
func foresee(do contract.JobAction, j contract.JobBrief) (effect, string) {
	if j.State == "" {
		return cannot, "there is no such job any more"
	}
	switch do {
	case contract.ActionPause:
		return foreseePause(j)
	case contract.ActionResume:
		return foreseeResume(j)
	case contract.ActionCancel:
		return foreseeCancel(j)
	default:
		return changes, foreseeRun(j)
	}
}

func foreseeRun(j contract.JobBrief) string {
	switch {
	case j.Waiting > 0 && j.Paused:
		return "its waiting run is held until the job is resumed"
	case j.Waiting > 0:
		return "its waiting run starts as soon as its holds end"
	case j.Paused:
		return "a run is made, and held until the job is resumed"
	case j.Running > 0:
		return "another run is made, which waits for the one under way"
	default:
		return "a run is made, which starts at once unless something holds it"
	}
}

func foreseePause(j contract.JobBrief) (effect, string) {
	switch {
	case j.Disabled:
		return changes, "it is disabled in the job file already; it stays paused when the file enables it"
	case j.Paused:
		return already, "it is paused already"
	}
	text := "its slots are skipped until it is resumed"
	if j.Waiting > 0 {
		text += "; " + waits(j.Waiting) + " held"
	}
	if j.Running > 0 {
		text += "; what runs goes on"
	}
	return changes, text
}

func foreseeResume(j contract.JobBrief) (effect, string) {
	switch {
	case j.Disabled:
		return cannot, "it is " + words.Disabled
	case !j.Paused:
		return already, "it is not paused"
	case j.Waiting > 0:
		return changes, "its slots run again; " + waits(j.Waiting) + " let go"
	default:
		return changes, "its slots run again"
	}
}

func foreseeCancel(j contract.JobBrief) (effect, string) {
	switch {
	case j.Running+j.Waiting == 0:
		return already, "it has no run that is not over"
	case j.Waiting == 0:
		return changes, words.Count(j.Running, "run") + " under way is told to stop"
	case j.Running == 0:
		return changes, waits(j.Waiting) + " cancelled"
	default:
		return changes, words.Count(j.Running, "run") + " under way is told to stop; " + waits(j.Waiting) + " cancelled"
	}
}

// waits is "1 waiting run is", "2 waiting runs are".
func waits(n int) string {
	if n == 1 {
		return "1 waiting run is"
	}
	return strconv.Itoa(n) + " waiting runs are"
}

// deed is an order in words.
type deed struct {
	Button, Icon  string
	Ask           string // before the number of jobs
	Done          string // behind it
	Already       string // behind the number of those of which nothing was to be done
	told, toldAll string // the codes of what is said of one job, and of several
}

// deeds are the orders by what is asked for.
var deeds = map[contract.JobAction]deed{
	contract.ActionRun:    {"Run now", "play", "Run", "asked to run", "", "job-run", "jobs-run"},
	contract.ActionPause:  {"Pause", "pause", "Pause", "paused", "paused already", "job-pause", "jobs-pause"},
	contract.ActionResume: {"Resume", "again", "Resume", "resumed", "not paused", "job-resume", "jobs-resume"},
	contract.ActionCancel: {"Cancel runs", "stop", "Cancel the runs of", "told to cancel their runs", "without a run to cancel", "job-cancel", "jobs-cancel"},
}

// jobsSaid are what is said when orders were carried out without more to tell.
var jobsSaid = map[string]string{
	"job-run":     "Job %s was asked to run.",
	"job-pause":   "Job %s was paused: its slots are skipped until it is resumed.",
	"job-resume":  "Job %s was resumed.",
	"job-cancel":  "The runs of job %s were cancelled.",
	"job-same":    "There was nothing to do: job %s is as it was.",
	"jobs-run":    "All %s jobs were asked to run.",
	"jobs-pause":  "All %s jobs were paused.",
	"jobs-resume": "All %s jobs were resumed.",
	"jobs-cancel": "The runs of all %s jobs were cancelled.",
	"jobs-none":   "No job was selected, so nothing was done.",
}

// sum is what became of an order to several jobs, in one sentence.
func (d deed) sum(done, same, refused int) string {
	was := func(n int) string {
		if n == 1 {
			return " was "
		}
		return " were "
	}
	text := number(done) + " of " + countJobs(done+same+refused) + was(done) + d.Done
	if same > 0 {
		text += "; " + number(same) + was(same) + d.Already
	}
	if refused > 0 {
		text += "; " + number(refused) + " could not be"
	}
	return text + "."
}

func countJobs(n int) string {
	if n == 1 {
		return "1 job"
	}
	return number(n) + " jobs"
}
