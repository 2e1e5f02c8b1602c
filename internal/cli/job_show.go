package cli

import (
	"fmt"
	"strings"
	"time"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

func showJob(s *sheet.Sheet, j contract.Job) {
	failing := "no"
	if f := j.Failing; f != nil {
		failing = fmt.Sprintf("since %s, %s: %s", failingSince(s.Both, f), inARow(f), orDash(f.Error))
	}
	state := stateOf(j)
	if j.Disabled {
		state.Text += ": " + disabled
	}
	s.Fields(
		"name", j.Name, "actor", j.Actor, "state", state, "schedule", j.Schedule+" ("+j.Timezone+")", "slots", j.ScheduleText,
		"next slot", nextOf(s, j), "timeout", timeout(j.Timeout), "session", orDash(j.Session), "held run", orDash(j.Held), "last run", lastRun(s, j.LastRun),
		"last skipped", lastSkipped(s.Both, j.LastSkipped), "failing", sheet.Cell{Text: failing, Tone: badIf(j.Failing != nil)},
		"overlap", overlapOf(j), "title", orDash(j.Title), "tags", join(j.Tags))
	if j.ManagedBy == messages.ManagedByAPI {
		s.Line("made without the job file: `curfew job set %s` changes it, `curfew job remove %s` removes it", j.Name, j.Name)
	}
	if j.Description != nil {
		s.Quote("\n" + strings.TrimSpace(*j.Description))
	}
}

// overlapOf is what becomes of a slot that falls due while a run of the job is unfinished.
func overlapOf(j contract.Job) string {
	if j.Parallel > 1 {
		return fmt.Sprintf("%s, up to %d runs beside each other", j.Overlap, j.Parallel)
	}
	return string(j.Overlap)
}

// timeout is how long an attempt may take; nil: there is no limit.
func timeout(d *messages.Duration) string {
	if d == nil {
		return "none: " + noLimit
	}
	return short(*d)
}

// disabled says of a job that no command can resume it.
const disabled = "disabled in the job file (enabled: false); change it there, and `curfew reload`"

func nextOf(s *sheet.Sheet, j contract.Job) string {
	switch {
	case j.Disabled:
		return "none while the job is disabled"
	case !j.Enabled:
		return "none while the job is paused"
	case j.Limits.After != nil:
		return "none by the clock: it follows " + j.Limits.After.Job
	}
	return s.Both(j.NextSlot)
}

// stateOf is the state of a job, with its colour.
func stateOf(j contract.Job) sheet.Cell {
	c := sheet.Cell{Text: string(j.State)}
	if j.State == contract.JobRunning && j.Running > 1 {
		c.Text = fmt.Sprintf("%s (%d)", j.State, j.Running)
	}
	switch j.State {
	case contract.JobHeld, contract.JobBackingOff:
		c.Tone = sheet.Care
	case contract.JobRunning:
		c.Tone = sheet.Good
	case contract.JobPaused:
		c.Tone = sheet.Faint
	}
	return c
}

func badIf(bad bool) sheet.Tone {
	if bad {
		return sheet.Bad
	}
	return sheet.Plain
}

// failingSince is when a job began to fail. If there may be failures before those that were counted, it says "before".
func failingSince(when func(messages.Instant) string, f *contract.Failing) string {
	if f.AtLeast {
		return "before " + when(f.Since)
	}
	return when(f.Since)
}

// inARow is "3 failures", "at least 20 failures".
func inARow(f *contract.Failing) string {
	text := words.Count(f.Runs, "failure")
	if f.AtLeast {
		return "at least " + text
	}
	return text
}

// last says what happened to a job last: its newest run, unless slots were skipped after that run had ended.
func last(s *sheet.Sheet, j contract.Job) sheet.Cell {
	c := sheet.Cell{Text: "-", Tone: badIf(j.Failing != nil)}
	switch r := j.LastRun; {
	case j.LastSkipped != nil && (r == nil || !r.FinishedAt.IsZero() && skippedLater(s, r.FinishedAt, j.LastSkipped.At)):
		c.Text = "skipped " + lastSkipped(s.When, j.LastSkipped)
	case r == nil:
	case r.FinishedAt.IsZero():
		c.Text = statusWord(r.Status)
	default:
		c.Text = statusWord(r.Status) + " " + s.When(r.FinishedAt)
	}
	if f := j.Failing; f != nil && f.Runs > 1 {
		c.Text += ", " + inARow(f)
	}
	return c
}

// skippedLater reports whether slots were skipped after a run had ended. A time that lies ahead comes from a clock that
// was set back since, so it is older than one that does not.
func skippedLater(s *sheet.Sheet, ended, skipped messages.Instant) bool {
	now := messages.At(s.Now.Add(clockAhead))
	if (ended > now) != (skipped > now) {
		return ended > now
	}
	return ended < skipped
}

// clockAhead is how far the daemon's clock may be ahead of the viewer's without having been set back.
const clockAhead = time.Minute

func lastSkipped(when func(messages.Instant) string, l *contract.LastSkipped) string {
	if l == nil {
		return "-"
	}
	return fmt.Sprintf("(%s) %s", l.Reason, when(l.Slot))
}

func lastRun(s *sheet.Sheet, r *contract.LastRun) string {
	if r == nil {
		return "-"
	}
	text := string(r.Status)
	if r.Reason != nil {
		text += ", " + string(*r.Reason)
	}
	if !r.FinishedAt.IsZero() {
		text += ", " + s.Both(r.FinishedAt)
	}
	return text + ", run " + string(r.ID)
}

// statusWord is a status as it is shown in tables: shorter for a success.
func statusWord(s messages.Status) string {
	if s == messages.StatusSucceeded {
		return "ok"
	}
	return string(s)
}
