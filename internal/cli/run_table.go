package cli

import (
	"cmp"
	"fmt"
	"strings"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// showRuns prints runs; many means that they belong to more than one job.
func showRuns(s *sheet.Sheet, list contract.RunList, many bool) {
	rows := make([][]any, len(list.Items))
	for i, r := range list.Items {
		rows[i] = []any{
			s.When(r.StartedAt), r.Job, runStatus(r), r.Trigger, slotOf(s, r), len(r.Attempts), took(r), r.ID, orDash(r.Node()), s.When(r.FinishedAt), cmp.Or(words.Because(r), "-"),
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
		{Name: "NODE", Wide: true},
		{Name: "FINISHED", Wide: true},
		{Name: "REASON", Cut: 12},
	}, rows)
	more(s, list.Next)
	if list.HistoryBehind != nil {
		s.Line("%s", words.HistoryBehind(*list.HistoryBehind))
	}
}

// runStatus is the status of a run with its holds and the number of slots that it stands for, and its colour.
func runStatus(r contract.Run) sheet.Cell {
	c := sheet.Cell{Text: statusWord(r.Status)}
	switch r.Status {
	case messages.StatusFailed:
		c.Tone = sheet.Bad
	case messages.StatusRunning:
		c.Tone = sheet.Good
	case messages.StatusHeld, messages.StatusBackingOff, messages.StatusStale:
		c.Tone = sheet.Care
	}
	var more []string
	if len(r.Holds) > 0 {
		more = append(more, words.Join(r.Holds))
	}
	if r.Missed > 0 {
		more = append(more, words.Count(r.Missed+1, "slot"))
	}
	if more != nil {
		c.Text += " (" + strings.Join(more, "; ") + ")"
	}
	return c
}

// slotOf is the slot of a run, and for how many earlier ones it stands besides.
func slotOf(s *sheet.Sheet, r contract.Run) string {
	if r.Slot.IsZero() {
		return "-"
	}
	text := s.When(r.Slot)
	if r.Missed > 0 {
		text += fmt.Sprintf(" +%d", r.Missed)
	}
	return text
}

// took is the sum of the times of the finished attempts of a run. Waiting between them does not count.
func took(r contract.Run) string {
	sum, over := r.Took()
	if !over {
		return "-"
	}
	return words.Span(sum)
}
