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
		failing = fmt.Sprintf("since %s, %s: %s", failingSince(s.Both, f), words.Failures(f), orDash(f.Error))
	}
	state := stateOf(j)
	if j.Disabled {
		state.Text += ": " + words.Disabled
	}
	fields := []any{
		"name", j.Name, "actor", j.Actor, "state", state, "schedule", j.Schedule + " (" + j.Timezone + ")", "slots", j.ScheduleText,
		"next slot", nextOf(s, j), "timeout", words.Timeout(j.Timeout), "session", orDash(j.Session), "held run", orDash(j.Held), "last run", lastRun(s, j.LastRun),
		"last skipped", lastSkipped(s.Both, j.LastSkipped), "failing",
		sheet.Cell{Text: failing, Tone: badIf(j.Failing != nil)},
		"overlap", words.Overlap(j), "title", orDash(j.Title), "tags", words.Join(j.Tags),
	}
	if j.Dir != nil {
		fields = append(fields, "runs in", *j.Dir)
	}
	if on := words.RunsOn(j); on != "" {
		fields = append(fields, "runs on", sheet.Cell{Text: on, Tone: badIf(j.Unplaced)})
	}
	s.Fields(fields...)
	if j.HistoryBehind != nil {
		s.Line("%s", words.HistoryBehind(*j.HistoryBehind))
	}
	if j.ManagedBy == messages.ManagedByAPI {
		s.Line("made without the job file: `curfew job set %s` changes it, `curfew job remove %s` removes it", j.Name, j.Name)
	}
	if j.Description != nil {
		s.Quote("\n" + strings.TrimSpace(*j.Description))
	}
}

func nextOf(s *sheet.Sheet, j contract.Job) string {
	if why := words.NoSlot(j); why != "" {
		return why
	}
	if by := words.HeldBy(j.Holds, j.Session); by != "" && !j.NextSlot.IsZero() {
		return s.Both(j.NextSlot) + ", held by " + by
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
		c.Text += ", " + words.Failures(f)
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
