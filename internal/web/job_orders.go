package web

import (
	"errors"

	"curfew/internal/contract"
	"curfew/messages/text"
)

// jobSaid is what the orders of the page of a job have done.
var jobSaid = map[string]string{
	"job-made-run": "Job %s: run %s was made.", "job-waits": "Job %s: run %s waits.",
	"job-paused": "Job %s is paused.", "job-resumed": "Job %s goes on.", "job-cancelled": "Job %s: its runs are cancelled.",
	"job-backfilled": "Job %s: slots backfilled: %s; runs: %s.", "job-backfilled-some": "Job %s: slots backfilled: %s; runs: %s; slots skipped: %s.",
	"job-made": "Job %s was made.", "job-changed": "Job %s was changed.", "job-as-before": "Job %s is as before.",
	"job-from-file": "Job %s comes from the job file now.", "job-removed": "Job %s was removed.",
}

// isKind reports whether an error is a refusal of that kind.
func isKind(err error, k contract.Kind) bool {
	refused, ok := errors.AsType[*contract.Error](err)
	return ok && refused.Kind == k
}

func orderRun(v *visit) (outcome, error) {
	name := v.name("name")
	made, err := v.Backend.RunNow(v.ordering(), name)
	if err != nil {
		return outcome{}, err
	}
	code := "job-made-run"
	if len(made.Holds) > 0 {
		code = "job-waits"
	}
	return outcome{to: v.back("/jobs/" + name), said: say(code, name, string(made.Run))}, nil
}

func orderPause(v *visit) (outcome, error) {
	_, err := v.Backend.Pause(v.ordering(), v.name("name"))
	return v.jobDone("job-paused"), err
}

func orderResume(v *visit) (outcome, error) {
	_, err := v.Backend.Resume(v.ordering(), v.name("name"))
	return v.jobDone("job-resumed"), err
}

func orderCancel(v *visit) (outcome, error) {
	_, err := v.Backend.Cancel(v.ordering(), v.name("name"))
	return v.jobDone("job-cancelled"), err
}

// jobDone goes back to where the order came from.
func (v *visit) jobDone(code string) outcome {
	name := v.name("name")
	return outcome{to: v.back("/jobs/" + name), said: say(code, name)}
}

// removeModel is what the page shows that asks whether a job is to be removed.
type removeModel struct {
	Name, Version string
	Running       string // what would be cancelled; empty: nothing
	Followers     []string
	Refused       string // why it cannot be removed; empty: it can
}

func askRemove(v *visit) (answer, error) {
	d, err := v.Views.JobDetails(v.ctx, v.name("name"))
	if err != nil {
		return answer{}, err
	}
	m := removeModel{Name: d.Name, Version: d.Version}
	if n := d.Running + d.Waiting; n > 0 {
		m.Running = count(n, "unfinished run")
	}
	if d.ManagedBy != "api" {
		m.Refused = "It comes from the job file (" + d.Place + "): take it out there, and `curfew reload`."
	}
	for _, f := range d.Followers {
		m.Followers = append(m.Followers, f.Job)
	}
	return answer{title: "Remove job " + d.Name, model: m}, err
}

func orderRemove(v *visit) (outcome, error) {
	name := v.name("name")
	_, err := v.Backend.RemoveJob(v.ordering(), name)
	return outcome{to: "/jobs", said: say("job-removed", name)}, err
}

// fileModel is what the page shows that asks whether the job file's definition is to be taken.
type fileModel struct {
	Name, Version, Place string
	Diff                 []jobDifference
}

// jobDifference is a member of a definition that changes.
type jobDifference struct{ Key, Was, Is string }

func askFromFile(v *visit) (answer, error) {
	name := v.name("name")
	d, err := v.Views.JobDetails(v.ctx, name)
	if err != nil {
		return answer{}, err
	}
	look, err := v.Backend.TakeFromFile(v.ctx, name, contract.FromFile{DryRun: true})
	if err != nil {
		return answer{}, err
	}
	return answer{title: "Take job " + name + " from the job file", model: fileModel{
		Name: name, Version: d.Version, Place: d.Place, Diff: differencesOf(look.Diff),
	}}, nil
}

func orderFromFile(v *visit) (outcome, error) {
	name := v.name("name")
	_, err := v.Backend.TakeFromFile(v.ordering(), name, contract.FromFile{})
	return outcome{to: "/jobs/" + name, said: say("job-from-file", name)}, err
}

// maxValue bounds a value in a list of differences, in bytes.
const maxValue = 2_000

func differencesOf(all []contract.Difference) (out []jobDifference) {
	value := func(raw []byte) string {
		switch {
		case len(raw) == 0 || string(raw) == "null":
			return ""
		case len(raw) > maxValue:
			return text.Head(string(raw), maxValue) + "…"
		default:
			return string(raw)
		}
	}
	for _, d := range all {
		out = append(out, jobDifference{d.Key, value(d.Was), value(d.Is)})
	}
	return out
}
