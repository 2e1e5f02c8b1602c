package cli

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/messages"
)

func (t *terminal) job() *cobra.Command {
	return t.group("job", "Look at jobs, run, pause, resume and cancel them",
		t.jobList(),
		t.oneJob("show", "Show a job", (*api.Client).Job, showJob),
		t.jobHistory(),
		t.jobRun(),
		t.jobBackfill(),
		t.oneJob("pause", "Hold a job's runs and skip its slots", (*api.Client).Pause, told("paused; `curfew job resume` lets it go on")),
		t.oneJob("resume", "Let a paused job go on", (*api.Client).Resume, told("going on")),
		t.oneJob("cancel", "End a job's unfinished runs", (*api.Client).Cancel, told("called off; its next slot runs as usual")),
	)
}

// pageFlags adds the flags of a list.
func pageFlags(c *cobra.Command) *api.Page {
	p := new(api.Page)
	c.Flags().IntVar(&p.Limit, "limit", api.DefaultLimit, fmt.Sprintf("how many at most, 1 to %d", api.MaxLimit))
	c.Flags().StringVar(&p.After, "after", "", "the next of an earlier list")
	return p
}

// more says how to see the rest of a list.
func more(w io.Writer, next *string) error {
	if next == nil {
		return nil
	}
	_, err := fmt.Fprintf(w, "there is more: --after %s\n", *next)
	return err
}

func (t *terminal) jobList() *cobra.Command {
	c := &cobra.Command{Use: "list", Short: "List jobs", Args: cobra.NoArgs}
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		client, err := t.dial()
		if err != nil {
			return err
		}
		defer client.Close()
		list, err := client.Jobs(c.Context(), *page)
		if err != nil {
			return err
		}
		return t.answer(list.Raw, func(w io.Writer) error {
			err := table(w, "NAME STATE ACTOR SESSION SCHEDULE NEXT LAST", func(row func(...any)) {
				for _, j := range list.Body.Items {
					row(j.Name, j.State, j.Actor, orDash(j.Session), j.Schedule, when(j.NextSlot), last(j))
				}
			})
			if err != nil {
				return err
			}
			return more(w, list.Body.Next)
		})
	}
	return c
}

// oneJob is a command on one job that answers with the job.
func (t *terminal) oneJob(name, short string, do func(*api.Client, context.Context, string) (api.Reply[api.Job], error), people func(io.Writer, api.Job) error) *cobra.Command {
	return &cobra.Command{
		Use: name + " NAME", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			client, err := t.dial()
			if err != nil {
				return err
			}
			defer client.Close()
			job, err := do(client, c.Context(), args[0])
			if err != nil {
				return err
			}
			return t.answer(job.Raw, func(w io.Writer) error { return people(w, job.Body) })
		},
	}
}

func showJob(w io.Writer, j api.Job) error {
	return fields(w,
		"name", j.Name, "actor", j.Actor, "state", j.State, "schedule", j.Schedule+" ("+j.Timezone+")", "slots", j.ScheduleText,
		"next slot", when(j.NextSlot), "session", orDash(j.Session), "held run", orDash(j.Held), "last run", lastRun(j.LastRun), "last skipped", lastSkipped(j.LastSkipped))
}

// last is what became of a job last: its newest run, unless slots were skipped after it had ended.
func last(j api.Job) string {
	if s := j.LastSkipped; s != nil && (j.LastRun == nil || !j.LastRun.FinishedAt.IsZero() && j.LastRun.FinishedAt < s.At) {
		return "skipped " + lastSkipped(s)
	}
	return lastRun(j.LastRun)
}

func lastSkipped(s *api.LastSkipped) string {
	if s == nil {
		return "-"
	}
	return fmt.Sprintf("(%s) %s", s.Reason, when(s.Slot))
}

func lastRun(r *api.LastRun) string {
	if r == nil {
		return "-"
	}
	s := string(r.Status)
	if r.Reason != nil {
		s += ", " + string(*r.Reason)
	}
	if !r.FinishedAt.IsZero() {
		s += ", " + when(r.FinishedAt)
	}
	return s + ", run " + string(r.ID)
}

// told prints one line about a job.
func told(text string) func(io.Writer, api.Job) error {
	return func(w io.Writer, j api.Job) error {
		_, err := fmt.Fprintf(w, "job %s: %s (now %s)\n", j.Name, text, j.State)
		return err
	}
}

// explainHold says what a run waits for, and how to lift it.
func explainHold(ctx context.Context, c *api.Client, job string, h messages.Hold) string {
	switch h {
	case messages.HoldSession:
		return explainSession(ctx, c, job)
	case messages.HoldPaused:
		return fmt.Sprintf("held: the job is paused; let it go on with `curfew job resume %s`", job)
	case messages.HoldAsk, messages.HoldSuspect:
		return fmt.Sprintf("held until a person decides: `curfew job run %s` is yes, `curfew job cancel %s` is no", job, job)
	case messages.HoldCircuit:
		return "held: the backend is out of reach; it goes on by itself"
	default:
		return "held: " + string(h)
	}
}

// explainSession names the session and why its gate is closed, as far as the daemon tells.
func explainSession(ctx context.Context, c *api.Client, job string) string {
	j, err := c.Job(ctx, job)
	if err != nil || j.Body.Session == nil {
		return "held by its session: sign in with `curfew session login NAME`"
	}
	name, state := *j.Body.Session, "not open"
	if s, err := c.Session(ctx, name); err == nil {
		state = s.Body.State
		if s.Body.Reason != nil {
			state += ": " + *s.Body.Reason
		}
	}
	return fmt.Sprintf("held by session %s (%s): sign in with `curfew session login %s`", name, state, name)
}
