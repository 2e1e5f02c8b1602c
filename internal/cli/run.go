package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

func (t *terminal) run() *cobra.Command {
	show := &cobra.Command{
		Use: "show ID|JOB", Short: "Show a run, or the newest of a job, with its attempts and its output", Args: exactlyOne, ValidArgsFunction: t.first(t.runIDs),
		RunE: func(c *cobra.Command, args []string) error {
			return t.withDaemon(func(client *api.Client) error {
				return t.ofRun(c.Context(), client, args[0], func(id messages.RunID) error { return t.showOne(c.Context(), client, id) })
			})
		},
	}
	cancel := one(t, "cancel", "Cancel one run of a job", t.runIDs, (*api.Client).CancelRun, cancelled)
	cancel.Use = "cancel ID"
	return t.group("run", "Show and cancel runs", t.runList(), show, t.runLogs(), cancel)
}

// showOne shows a run.
func (t *terminal) showOne(ctx context.Context, client *api.Client, id messages.RunID) error {
	run, err := client.Run(ctx, id)
	if err != nil {
		return err
	}
	return t.answer(run.Raw, func(s *sheet.Sheet) {
		showRun(s, run.Body)
		for _, h := range run.Body.Holds {
			s.Line("%s", explainHold(ctx, s, client, run.Body.Job, h))
		}
	})
}

func cancelled(s *sheet.Sheet, r contract.Run) {
	s.Line("run %s of job %s: cancelled; its other runs go on", r.ID, r.Job)
}

func showRun(s *sheet.Sheet, r contract.Run) {
	slot := s.Both(r.Slot)
	if r.Missed > 0 {
		slot += fmt.Sprintf(", and %s since %s", words.Count(r.Missed, "earlier slot"), s.Both(r.FirstSlot))
	}
	s.Fields(
		"run", r.ID, "job", r.Job, "status", sheet.Cell{Text: string(r.Status), Tone: runStatus(r).Tone}, "reason", orDash(r.Reason), "held by", words.Join(r.Holds),
		"slot", slot, "trigger", r.Trigger, "started", s.Both(r.StartedAt), "finished", s.Both(r.FinishedAt), "took", tookAndWaited(r))
	if f := r.AfterRun; f != nil {
		s.Fields("follows", fmt.Sprintf("run %s of job %s, which %s", f.Run, f.Job, f.Status))
	}
	if r.TraceID != nil {
		s.Fields("trace", *r.TraceID)
	}
	if r.HistoryBehind != nil {
		s.Line("%s", words.HistoryBehind(*r.HistoryBehind))
	}
	showDeliveries(s, r.Deliveries)
	if len(r.DeliveryFailed) > 0 {
		s.Line("delivery_failed: %s", strings.Join(r.DeliveryFailed, ", "))
	}
	if len(r.Attempts) > 0 {
		s.Line("")
		rows := make([][]any, len(r.Attempts))
		for i, a := range r.Attempts {
			class := orDash(a.Class)
			if a.Class == nil && !a.FinishedAt.IsZero() {
				class = "ok"
			}
			rows[i] = []any{
				a.Number, s.When(a.StartedAt), took(contract.Run{Attempts: r.Attempts[i : i+1]}), s.When(a.FinishedAt),
				sheet.Cell{Text: class, Tone: badIf(a.Class != nil)},
				orDash(a.Generation), orDash(a.Node), spent(a.Usage), orDash(a.Error),
			}
		}
		s.Table([]sheet.Column{
			{Name: "TRY"},
			{Name: "STARTED"},
			{Name: "TOOK"},
			{Name: "FINISHED", Wide: true},
			{Name: "CLASS"},
			{Name: "GENERATION", Wide: true},
			{Name: "NODE", Wide: r.Node() == nil, Cut: 8},
			{Name: "COST", Cut: 8},
			{Name: "ERROR", Cut: 20},
		}, rows)
	}
	for _, a := range r.Attempts {
		if a.Left != nil {
			s.Line("\nattempt %d left %s", a.Number, a.Left)
		}
	}
	showError(s, r)
	showTraces(s, r.Attempts)
	lookUp(s, r)
	if r.Output != nil {
		s.Quote("\n" + *r.Output)
	}
}

// lookUp says where the words are explained that a run has for what became of it.
func lookUp(s *sheet.Sheet, r contract.Run) {
	var words []string
	if r.Reason != nil {
		words = append(words, string(*r.Reason))
	}
	if n := len(r.Attempts); n > 0 && r.Attempts[n-1].Class != nil {
		words = append(words, string(*r.Attempts[n-1].Class))
	}
	if words = slices.Compact(words); len(words) > 0 {
		s.Line("\nwhat that means: `curfew help %s`", strings.Join(words, "`, `curfew help "))
	}
}

// showError prints the error of the last attempt in full, if the table may have cut it.
func showError(s *sheet.Sheet, r contract.Run) {
	n := len(r.Attempts)
	if n == 0 || r.Attempts[n-1].Error == nil || s.Wide || s.Width == 0 {
		return
	}
	s.Quote("\nthe last error: " + *r.Attempts[n-1].Error)
}

// tookAndWaited is how long the attempts took, and how long the run waited between the first attempt and its end: for a
// sign-in, or for the next attempt.
func tookAndWaited(r contract.Run) string {
	text := took(r)
	if r.StartedAt.IsZero() || r.FinishedAt.IsZero() {
		return text
	}
	waited := r.FinishedAt.Sub(r.StartedAt)
	for _, a := range r.Attempts {
		if !a.FinishedAt.IsZero() {
			waited -= a.FinishedAt.Sub(a.StartedAt)
		}
	}
	if waited < time.Second {
		return text
	}
	return text + ", and waited " + words.Span(waited)
}
