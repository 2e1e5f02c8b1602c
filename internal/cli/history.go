package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/config"
	"curfew/messages"
)

func (t *terminal) jobHistory() *cobra.Command {
	var status, since, until string
	c := &cobra.Command{
		Use: "history NAME", Short: "List the runs of a job, newest first", Args: cobra.ExactArgs(1),
		Example: `  curfew job history backup --status failed
  curfew job history backup --since 7d --until 24h`,
	}
	c.Flags().StringVar(&status, "status", "", "only runs that are so, such as failed or held")
	c.Flags().StringVar(&since, "since", "", "only runs queued at or after this RFC 3339 time, or that long ago, such as 7d or 36h")
	c.Flags().StringVar(&until, "until", "", "only runs queued before this time")
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		q := api.RunQuery{Page: *page, Job: args[0], Status: messages.Status(status)}
		for _, f := range []struct {
			name, text string
			into       *messages.Instant
		}{{"since", since, &q.Since}, {"until", until, &q.Until}} {
			at, err := timeOrAgo(f.text, time.Now())
			if err != nil {
				return usagef("--%s %w", f.name, err)
			}
			*f.into = at
		}
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		list, err := jobRuns(c.Context(), client, q)
		if err != nil {
			return err
		}
		return t.answer(list.Raw, func(w io.Writer) error { return showHistory(w, list.Body) })
	}
	return c
}

// jobRuns lists the runs of a job. A job that is gone may still have some; a name that never was one is an error.
func jobRuns(ctx context.Context, client *api.Client, q api.RunQuery) (api.Reply[api.List[api.Run]], error) {
	list, err := client.Runs(ctx, q)
	if err == nil && len(list.Body.Items) == 0 {
		_, err = client.Job(ctx, q.Job)
	}
	return list, err
}

// timeOrAgo reads an instant, or how long ago it was; zero if there is no text.
func timeOrAgo(text string, now time.Time) (messages.Instant, error) {
	if text == "" {
		return 0, nil
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return messages.At(at), nil
	}
	if d, ok := config.ParseDays(text); ok && d >= 0 {
		return messages.At(now.Add(-d)), nil
	}
	return 0, fmt.Errorf("%q: not a time; write 7d or 36h for that long ago, or RFC 3339, such as 2027-01-15T12:00:00Z", text)
}

func showHistory(w io.Writer, list api.List[api.Run]) error {
	err := table(w, "STARTED SLOT TRIGGER STATUS REASON ATTEMPTS DURATION RUN", func(row func(...any)) {
		for _, r := range list.Items {
			status := string(r.Status)
			if len(r.Holds) > 0 {
				status += " (" + join(r.Holds) + ")"
			}
			row(when(r.StartedAt), slotOf(r), r.Trigger, status, orDash(r.Reason), len(r.Attempts), duration(r), r.ID)
		}
	})
	if err != nil {
		return err
	}
	return more(w, list.Next)
}

// slotOf is the slot of a run, and how many others it stands for.
func slotOf(r api.Run) string {
	if r.Slot.IsZero() {
		return "-"
	}
	s := r.Slot.Time().Format("2006-01-02 15:04:05Z")
	if r.Missed > 0 {
		s += fmt.Sprintf(" +%d", r.Missed)
	}
	return s
}

// duration is how long a run took, pauses between its attempts included.
func duration(r api.Run) string {
	if r.StartedAt.IsZero() || r.FinishedAt.IsZero() {
		return "-"
	}
	return r.FinishedAt.Sub(r.StartedAt).String()
}
