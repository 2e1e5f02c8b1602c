package backend

import (
	"cmp"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// stateOf is the state of a job by its unfinished runs: a pause comes first, then a running run, then the waiting runs,
// in the order of how near they are to running.
func stateOf(g policy.JobGlance) contract.JobState {
	switch {
	case g.Paused:
		return contract.JobPaused
	case g.Running > 0:
		return contract.JobRunning
	case g.BackingOff > 0:
		return contract.JobBackingOff
	case g.Queued > 0:
		return contract.JobQueued
	case g.Held > 0:
		return contract.JobHeld
	default:
		return contract.JobIdle
	}
}

// runOf is the body of a run.
func runOf(r recorder.Run) contract.Run {
	out := contract.Run{
		ID: r.ID, Job: r.Job, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed, Trigger: r.Trigger, AfterRun: r.After,
		Status: r.Status, Reason: contract.OrNull(r.Reason), Holds: contract.OrEmpty(r.Holds), Attempts: make([]contract.Attempt, len(r.Attempts)),
		Output: contract.OrNull(r.Output), StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
	}
	for i, a := range r.Attempts {
		out.Attempts[i] = attemptOf(a)
		out.Attempts[i].Trace = r.Traces[a.Number]
	}
	return out
}

func attemptOf(a recorder.Attempt) contract.Attempt {
	out := contract.Attempt{
		Number: a.Number, Incarnation: contract.OrNull(a.Incarnation), Generation: contract.OrNull(a.Generation),
		StartedAt: a.StartedAt, FinishedAt: a.FinishedAt, Class: contract.OrNull(a.Class), Error: contract.OrNull(a.Error), Usage: a.Usage, Left: a.Left, Node: contract.OrNull(a.Node),
	}
	if !a.FinishedAt.IsZero() {
		out.Called = &a.Called
	}
	return out
}

// lastRunOf is a run in short.
func lastRunOf(r recorder.Run) *contract.LastRun {
	return &contract.LastRun{ID: r.ID, Slot: r.Slot, Status: r.Status, Reason: contract.OrNull(r.Reason), FinishedAt: r.FinishedAt}
}

func limitsOf(d messages.Timetable) contract.Limits {
	return contract.Limits{
		ActiveHours: d.ActiveHours, Days: cmp.Or(d.Days, messages.DaysOr), DST: d.DST, Anchor: d.Anchor, Start: d.Start, End: d.End,
		Exclude: contract.OrEmpty(d.Exclude), Splay: d.Splay, DeleteAfterRun: d.DeleteAfterRun, After: d.After,
	}
}

// jobOf is the body of a job. Text is its schedule in plain words, next its next slot, and last its newest run; nil: it
// has had none.
func jobOf(v policy.JobView, text string, next messages.Instant, last *recorder.Run) contract.Job {
	out := contract.Job{
		Name: v.Definition.Job, Actor: v.Definition.Actor, Schedule: v.Definition.Schedule, Timezone: v.Definition.Timezone,
		Enabled: !v.Paused, NextSlot: next, Session: contract.OrNull(v.Definition.Session), ScheduleText: text, Limits: limitsOf(v.Definition.Timetable()),
		Title: contract.OrNull(v.Definition.Title), Description: contract.OrNull(v.Definition.Description), Tags: contract.OrEmpty(v.Definition.Tags),
		Disabled: v.Definition.Disabled, Version: contract.VersionOf(v.Definition), ManagedBy: cmp.Or(v.Definition.ManagedBy, messages.ManagedByFile), Overlap: v.Definition.Overlap, Parallel: v.Definition.Parallel(), RunsOn: v.Definition.RunsOn, Unplaced: v.Unplaced, Timeout: v.Definition.Limit(),
		Holds: contract.OrEmpty(v.Holds),
	}
	for _, r := range v.Runs {
		if out.Held == nil && r.Status == messages.StatusHeld {
			out.Held = contract.OrNull(r.ID) // the oldest one: the others fold into it
		}
	}
	g := v.Glance()
	out.State, out.Running = stateOf(g), int(g.Running)
	if last != nil {
		out.LastRun = lastRunOf(*last)
	}
	if v.Skipped != nil {
		skipped := contract.LastSkipped(*v.Skipped)
		out.LastSkipped = &skipped
	}
	return out
}

// liveOf adds the present states of the unfinished runs of a job, which [recorder.Query] prefers to those in the log.
func liveOf(v policy.JobView, into map[messages.RunID]recorder.Live) {
	for _, r := range v.Runs {
		if !r.Final {
			into[r.ID] = recorder.Live{Status: r.Status, Holds: r.Holds}
		}
	}
}

// sessionOf is the body of a session.
func sessionOf(v policy.SessionView) contract.Session {
	return contract.Session{
		Name: v.Name, Backend: contract.OrNull(v.Backend), State: v.State, Generation: v.Generation, Reason: contract.OrNull(v.Reason), Source: contract.OrNull(v.Source),
		Unproven: v.Unproven, Since: v.Since, OutageSince: v.OutageSince, ExpiresAt: v.ExpiresAt, Held: v.Held, Jobs: v.Jobs,
		Until: v.Until, Circuit: string(cmp.Or(v.Circuit, policy.CircuitClosed)), AtRisk: []contract.DueJob{},
		RestoredBy: contract.OrNull(v.RestoredBy), Watched: []string{},
	}
}
