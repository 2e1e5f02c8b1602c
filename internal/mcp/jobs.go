package mcp

import (
	"context"
	"encoding/json"
	"slices"

	"curfew/internal/contract"
	"curfew/messages"
)

// Bounds of answers.
const (
	defaultItems = 20 // of a list
	maxItems     = 100
	shownRuns    = 3 // of a job that is shown
	shownSlots   = 3 // of a job that is shown or made
)

// page is how many items a question asks for.
func page(limit int) (contract.Page, error) {
	switch {
	case limit == 0:
		limit = defaultItems
	case limit < 0 || limit > maxItems:
		return contract.Page{}, contract.Malformed("limit must be 1 to %d, not %d", maxItems, limit)
	}
	return contract.Page{Limit: limit}, nil
}

type jobName struct {
	Name string `json:"name" jsonschema:"name of the job"`
}

type jobListIn struct {
	State   contract.JobState `json:"state,omitempty" jsonschema:"only jobs in this state: idle, queued, running, backing_off, held or paused"`
	Failing bool              `json:"failing,omitempty" jsonschema:"only jobs whose newest run failed"`
	Held    bool              `json:"held,omitempty" jsonschema:"only jobs with a run that waits for a hold to end"`
	Limit   int               `json:"limit,omitempty" jsonschema:"how many jobs at most, 1 to 100; 20 by default"`
	After   string            `json:"after,omitempty" jsonschema:"next of the answer before, for the rest of the list"`
}

type jobListOut struct {
	Jobs      []jobBrief `json:"jobs"`
	Truncated bool       `json:"truncated" jsonschema:"there are more jobs"`
	Next      string     `json:"next,omitempty" jsonschema:"ask for the rest with this as after"`
	Behind    uint64     `json:"history_behind,omitempty" jsonschema:"so many records are not in the run history yet: last runs and failures may be older than they are"`
}

// jobBrief is a job in a few words.
type jobBrief struct {
	Name     string            `json:"name"`
	Actor    string            `json:"actor"`
	Schedule string            `json:"schedule" jsonschema:"in words"`
	State    contract.JobState `json:"state"`
	NextSlot string            `json:"next_slot,omitempty"`
	Holds    []messages.Hold   `json:"holds,omitempty" jsonschema:"what keeps it from running now: a slot that fell due would wait for it, or be skipped"`
	Session  string            `json:"session,omitempty"`
	LastRun  string            `json:"last_run,omitempty" jsonschema:"status of the newest run"`
	Failing  string            `json:"failing,omitempty" jsonschema:"since when it fails, and the newest error"`
	Behind   uint64            `json:"history_behind,omitempty" jsonschema:"so many records are not in the run history yet: last_run and failing may be older than they are"`
}

func (t tools) jobList(ctx context.Context, in jobListIn) (out jobListOut, err error) {
	p, err := page(in.Limit)
	if err != nil {
		return out, err
	}
	if in.State != "" && !slices.Contains(contract.JobStates, in.State) {
		return out, contract.Malformed("state %q is not a valid state; use one of %v", in.State, contract.JobStates)
	}
	p.After = in.After
	jobs, err := t.d.Jobs(ctx, contract.JobQuery{JobFilter: contract.JobFilter{State: in.State, Failing: in.Failing, Held: in.Held}, Page: p})
	if err != nil {
		return out, err
	}
	next := text(jobs.Next)
	out = jobListOut{Jobs: []jobBrief{}, Truncated: next != "", Next: next, Behind: number(jobs.HistoryBehind)}
	for _, j := range jobs.Items {
		out.Jobs = append(out.Jobs, brief(j))
	}
	return out, nil
}

func brief(j contract.Job) jobBrief {
	out := jobBrief{
		Name: j.Name, Actor: j.Actor, Schedule: j.ScheduleText, State: j.State, NextSlot: when(j.NextSlot), Session: text(j.Session), Holds: j.Holds,
		Behind: number(j.HistoryBehind),
	}
	if j.LastRun != nil {
		out.LastRun = string(j.LastRun.Status)
	}
	if f := j.Failing; f != nil {
		out.Failing = "since " + when(f.Since) + ": " + text(f.Error)
	}
	return out
}

type jobShowOut struct {
	Job         jobBrief   `json:"job"`
	Expression  string     `json:"expression" jsonschema:"the schedule as it is written"`
	Timezone    string     `json:"timezone"`
	Enabled     bool       `json:"enabled" jsonschema:"false: it is paused, or its definition says enabled: false"`
	Title       string     `json:"title,omitempty"`
	Description string     `json:"description,omitempty"`
	Tags        []string   `json:"tags,omitempty"`
	HeldRun     string     `json:"held_run,omitempty" jsonschema:"the run that waits"`
	LastSkipped string     `json:"last_skipped,omitempty" jsonschema:"the newest slot of which no run came, and why"`
	NextSlots   []slot     `json:"next_slots"`
	Runs        []runBrief `json:"runs" jsonschema:"the newest runs"`
}

func (t tools) jobShow(ctx context.Context, in jobName) (out jobShowOut, err error) {
	j, err := t.d.Job(ctx, in.Name)
	if err != nil {
		return out, err
	}
	out = jobShowOut{
		Job: brief(j), Expression: j.Schedule, Timezone: j.Timezone, Enabled: j.Enabled,
		Title: text(j.Title), Description: text(j.Description), Tags: j.Tags, HeldRun: text(j.Held),
	}
	if s := j.LastSkipped; s != nil {
		out.LastSkipped = when(s.Slot) + ": " + string(s.Reason)
	}
	if out.NextSlots, err = t.slotsOf(j); err != nil {
		return out, err
	}
	runs, err := t.d.Runs(ctx, contract.RunQuery{Job: in.Name, Page: contract.Page{Limit: shownRuns}})
	out.Runs = briefs(runs.Items)
	return out, err
}

type jobSetIn struct {
	Name       string `json:"name" jsonschema:"name of the job"`
	Definition string `json:"definition" jsonschema:"the job as in a job file, in YAML or JSON and without its name, such as {actor: shell, schedule: 0 7 * * *, timezone: Europe/Berlin, with: {command: ./backup.sh}}"`
}

type jobSetOut struct {
	Job       jobBrief `json:"job"`
	Created   bool     `json:"created" jsonschema:"there was no such job before"`
	Changed   bool     `json:"changed" jsonschema:"false: it was defined like that already"`
	NextSlots []slot   `json:"next_slots" jsonschema:"when it runs next"`
	Warnings  []string `json:"warnings" jsonschema:"what is allowed but probably a mistake"`
}

func (t tools) jobSet(ctx context.Context, in jobSetIn) (out jobSetOut, err error) {
	text, err := json.Marshal(in.Definition) // a text in JSON is read as YAML
	if err != nil {
		return out, err
	}
	got, err := t.d.SetJob(ctx, in.Name, contract.SetJob{Text: text})
	if err != nil {
		return out, err
	}
	out = jobSetOut{Job: brief(got.Job), Created: got.Created, Changed: got.Changed, Warnings: []string{}}
	for _, w := range got.Warnings {
		out.Warnings = append(out.Warnings, w.Location+": "+w.Message)
	}
	out.NextSlots, err = t.slotsOf(got.Job)
	return out, err
}

type jobRunOut struct {
	Run   messages.RunID  `json:"run" jsonschema:"id of the run"`
	Holds []messages.Hold `json:"holds" jsonschema:"what it waits for; empty: only for its turn"`
}

func (t tools) jobRun(ctx context.Context, in jobName) (jobRunOut, error) {
	got, err := t.d.RunNow(ctx, in.Name)
	return jobRunOut{Run: got.Run, Holds: contract.OrEmpty(got.Holds)}, err
}

func (t tools) jobPause(ctx context.Context, in jobName) (jobBrief, error) {
	j, err := t.d.Pause(ctx, in.Name)
	return brief(j), err
}

func (t tools) jobResume(ctx context.Context, in jobName) (jobBrief, error) {
	j, err := t.d.Resume(ctx, in.Name)
	return brief(j), err
}

func (t tools) jobCancel(ctx context.Context, in jobName) (jobBrief, error) {
	j, err := t.d.Cancel(ctx, in.Name)
	return brief(j), err
}
