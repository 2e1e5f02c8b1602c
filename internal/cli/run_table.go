package cli

import (
	"fmt"
	"time"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/messages"
)

// showRuns prints runs; many: they are of more than one job.
func showRuns(s *sheet.Sheet, list api.List[api.Run], many bool) {
	rows := make([][]any, len(list.Items))
	for i, r := range list.Items {
		rows[i] = []any{
			s.When(r.StartedAt), r.Job, runStatus(r), r.Trigger, slotOf(s, r), len(r.Attempts), took(r), r.ID, s.When(r.FinishedAt), because(r),
		}
	}
	s.Table([]sheet.Column{
		{Name: "STARTED"},
		{Name: "JOB", Cut: 12, Wide: !many},
		{Name: "STATUS", Cut: 9},
		{Name: "TRIGGER", Wide: true},
		{Name: "SLOT", Wide: true},
		{Name: "TRIES"},
		{Name: "TOOK"},
		{Name: "RUN"},
		{Name: "FINISHED", Wide: true},
		{Name: "REASON", Cut: 12},
	}, rows)
	more(s, list.Next)
}

// runStatus is the status of a run as it is shown, with what holds it.
func runStatus(r api.Run) sheet.Cell {
	c := sheet.Cell{Text: statusWord(r.Status)}
	switch r.Status {
	case messages.StatusFailed:
		c.Tone = sheet.Bad
	case messages.StatusRunning:
		c.Tone = sheet.Good
	case messages.StatusHeld, messages.StatusBackingOff, messages.StatusStale:
		c.Tone = sheet.Care
	}
	if len(r.Holds) > 0 {
		c.Text += " (" + join(r.Holds) + ")"
	}
	return c
}

// because is why a run ended as it did: the word for it, and what its last attempt failed with.
func because(r api.Run) string {
	text := ""
	if r.Reason != nil {
		text = string(*r.Reason)
	}
	if n := len(r.Attempts); n > 0 && r.Attempts[n-1].Error != nil {
		if text != "" {
			text += ": "
		}
		text += *r.Attempts[n-1].Error
	}
	if text == "" {
		return "-"
	}
	return text
}

// slotOf is the slot of a run, and how many others it stands for.
func slotOf(s *sheet.Sheet, r api.Run) string {
	if r.Slot.IsZero() {
		return "-"
	}
	text := s.When(r.Slot)
	if r.Missed > 0 {
		text += fmt.Sprintf(" +%d", r.Missed)
	}
	return text
}

// took is how long the attempts of a run took that are over. What the run waited for is not in it.
func took(r api.Run) string {
	var sum time.Duration
	over := false
	for _, a := range r.Attempts {
		if !a.StartedAt.IsZero() && !a.FinishedAt.IsZero() {
			sum, over = sum+max(0, a.FinishedAt.Sub(a.StartedAt)), true
		}
	}
	if !over {
		return "-"
	}
	return sheet.Span(sum)
}
