package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/messages"
)

func (t *terminal) run() *cobra.Command {
	show := &cobra.Command{
		Use: "show ID", Short: "Show a run, its attempts and its output", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := t.dial()
			if err != nil {
				return err
			}
			defer client.Close()
			run, err := client.Run(c.Context(), messages.RunID(args[0]))
			if err != nil {
				return err
			}
			return t.answer(run.Raw, func(w io.Writer) error {
				if err := showRun(w, run.Body); err != nil {
					return err
				}
				for _, h := range run.Body.Holds {
					fmt.Fprintln(w, explainHold(c.Context(), client, run.Body.Job, h))
				}
				return nil
			})
		},
	}
	return t.group("run", "Look at runs", show, t.runLogs())
}

func showRun(w io.Writer, r api.Run) error {
	slot := when(r.Slot)
	if r.Missed > 0 {
		slot += fmt.Sprintf(", and %s since %s", count(r.Missed, "missed slot"), when(r.FirstSlot))
	}
	err := fields(w,
		"run", r.ID, "job", r.Job, "status", r.Status, "reason", orDash(r.Reason), "held by", join(r.Holds),
		"slot", slot, "trigger", r.Trigger, "started", when(r.StartedAt), "finished", when(r.FinishedAt))
	if err != nil {
		return err
	}
	showDeliveries(w, r.Deliveries)
	if len(r.DeliveryFailed) > 0 {
		fmt.Fprintf(w, "delivery_failed: %s\n", strings.Join(r.DeliveryFailed, ", "))
	}
	if len(r.Attempts) > 0 {
		fmt.Fprintln(w)
		err = table(w, "ATTEMPT STARTED FINISHED CLASS GENERATION COST ERROR", func(row func(...any)) {
			for _, a := range r.Attempts {
				row(a.Number, when(a.StartedAt), when(a.FinishedAt), orDash(a.Class), orDash(a.Generation), spent(a.Usage), orDash(a.Error))
			}
		})
	}
	for _, a := range r.Attempts {
		if a.Left != nil {
			fmt.Fprintf(w, "\nattempt %d left %s\n", a.Number, a.Left)
		}
	}
	showTraces(w, r.Attempts)
	if err == nil && r.Output != nil {
		_, err = fmt.Fprintf(w, "\n%s\n", *r.Output)
	}
	return err
}
