package api

import (
	"cmp"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// StateOf is the state of a job by its unfinished runs: a pause comes first, then a running run, then the waiting runs,
// in the order of how near they are to running.
func StateOf(paused bool, unfinished ...messages.Status) JobState {
	if paused {
		return JobPaused
	}
	for _, s := range []struct {
		run messages.Status
		job JobState
	}{
		{messages.StatusRunning, JobRunning},
		{messages.StatusBackingOff, JobBackingOff},
		{messages.StatusQueued, JobQueued},
		{messages.StatusHeld, JobHeld},
	} {
		if slices.Contains(unfinished, s.run) {
			return s.job
		}
	}
	return JobIdle
}

// RunOf is the body of a run.
func RunOf(r recorder.Run) Run {
	out := Run{
		ID: r.ID, Job: r.Job, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed, Trigger: r.Trigger,
		Status: r.Status, Reason: OrNull(r.Reason), Holds: orEmpty(r.Holds), Attempts: make([]Attempt, len(r.Attempts)),
		Output: OrNull(r.Output), StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
	}
	for i, a := range r.Attempts {
		out.Attempts[i] = attemptOf(a)
		out.Attempts[i].Trace = r.Traces[a.Number]
	}
	return out
}

func attemptOf(a recorder.Attempt) Attempt {
	out := Attempt{
		Number: a.Number, Incarnation: OrNull(a.Incarnation), Generation: OrNull(a.Generation),
		StartedAt: a.StartedAt, FinishedAt: a.FinishedAt, Class: OrNull(a.Class), Error: OrNull(a.Error), Usage: a.Usage, Left: a.Left,
	}
	if !a.FinishedAt.IsZero() {
		out.Called = &a.Called
	}
	return out
}

// LastRunOf is a run in short.
func LastRunOf(r recorder.Run) *LastRun {
	return &LastRun{ID: r.ID, Slot: r.Slot, Status: r.Status, Reason: OrNull(r.Reason), FinishedAt: r.FinishedAt}
}

// OrNull is nil, which is null in JSON, for the zero value.
func OrNull[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// orEmpty is the list, or one that is [] and not null in JSON.
func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func limitsOf(d messages.Timetable) Limits {
	return Limits{
		ActiveHours: d.ActiveHours, DST: d.DST, Anchor: d.Anchor, Start: d.Start, End: d.End,
		Exclude: orEmpty(d.Exclude), Splay: d.Splay, DeleteAfterRun: d.DeleteAfterRun,
	}
}

// Timetable is the schedule of the job, with what limits it.
func (j Job) Timetable() messages.Timetable {
	l := j.Limits
	return messages.Timetable{
		Schedule: j.Schedule, Timezone: j.Timezone, ActiveHours: l.ActiveHours, DST: l.DST, Anchor: l.Anchor, Start: l.Start, End: l.End,
		Exclude: l.Exclude, Splay: l.Splay, DeleteAfterRun: l.DeleteAfterRun,
	}
}

// JobOf is the body of a job. Text is its schedule in plain words, next its next slot, and last its newest run; nil: it
// has had none.
func JobOf(v policy.JobView, text string, next messages.Instant, last *recorder.Run) Job {
	out := Job{
		Name: v.Definition.Job, Actor: v.Definition.Actor, Schedule: v.Definition.Schedule, Timezone: v.Definition.Timezone,
		Enabled: !v.Paused, NextSlot: next, Session: OrNull(v.Definition.Session), ScheduleText: text, Limits: limitsOf(v.Definition.Timetable),
		Title: OrNull(v.Definition.Title), Description: OrNull(v.Definition.Description), Tags: orEmpty(v.Definition.Tags),
		Disabled: v.Definition.Disabled,
	}
	var unfinished []messages.Status
	for _, r := range v.Runs {
		unfinished = append(unfinished, r.Status) // a finished run is listed until its attempt has returned: it counts as running
		if out.Held == nil && r.Status == messages.StatusHeld {
			out.Held = OrNull(r.ID) // the oldest one: the others fold into it
		}
	}
	out.State = StateOf(v.Paused, unfinished...)
	if last != nil {
		out.LastRun = LastRunOf(*last)
	}
	if v.Skipped != nil {
		skipped := LastSkipped(*v.Skipped)
		out.LastSkipped = &skipped
	}
	return out
}

// LiveOf adds the present states of the unfinished runs of a job, which [recorder.Query] prefers to those in the log.
func LiveOf(v policy.JobView, into map[messages.RunID]recorder.Live) {
	for _, r := range v.Runs {
		if !r.Final {
			into[r.ID] = recorder.Live{Status: r.Status, Holds: r.Holds}
		}
	}
}

// SessionOf is the body of a session.
func SessionOf(v policy.SessionView) Session {
	return Session{
		Name: v.Name, Backend: OrNull(v.Backend), State: v.State, Generation: v.Generation, Reason: OrNull(v.Reason), Source: OrNull(v.Source),
		Since: v.Since, ExpiresAt: v.ExpiresAt, Held: v.Held, Jobs: v.Jobs,
		Until: v.Until, Circuit: string(cmp.Or(v.Circuit, policy.CircuitClosed)), AtRisk: []DueJob{},
	}
}
