package cli

import (
	"context"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// runFlags are the arguments that filter a list of runs.
type runFlags struct {
	job, status, since, until string
	page                      *contract.Page
}

func (t *terminal) runFlags(c *cobra.Command) *runFlags {
	f := &runFlags{}
	c.Flags().StringVar(&f.status, "status", "", "only runs with this status: "+words.Join(contract.Statuses))
	c.Flags().StringVar(&f.since, "since", "", "only runs queued at this time or later: 07:00, \"2027-01-15 07:00\", or how long ago, such as 7d or 36h")
	c.Flags().StringVar(&f.until, "until", "", "only runs queued before this time")
	t.complete(c, "status", fixed(contract.Statuses))
	f.page = pageFlags(c)
	return f
}

// query is the request for the runs that the arguments select.
func (f *runFlags) query() (contract.RunQuery, error) {
	q := contract.RunQuery{Page: *f.page, Job: f.job, Status: messages.Status(f.status)}
	zone, _ := viewerZone()
	return q, readTimes(zone, timeOrAgo, timeFlag{"since", f.since, &q.Since}, timeFlag{"until", f.until, &q.Until})
}

func (t *terminal) jobHistory() *cobra.Command {
	c := &cobra.Command{
		Use: "history NAME", Short: "List the runs of a job, newest first", Args: exactlyOne, ValidArgsFunction: t.first(t.jobNames),
		Example: `  curfew job history backup --status failed
  curfew job history backup --since 7d --until 24h`,
	}
	f := t.runFlags(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		f.job = args[0]
		return t.listRuns(c.Context(), f)
	}
	return c
}

func (t *terminal) runList() *cobra.Command {
	c := &cobra.Command{
		Use: "list", Short: "List the runs of all jobs, those queued last first", Args: noArgument,
		Example: `  curfew run list --status failed --since 12h
  curfew run list --job backup -o wide`,
	}
	f := t.runFlags(c)
	c.Flags().StringVar(&f.job, "job", "", "only runs of this job")
	t.complete(c, "job", t.jobNames)
	c.RunE = func(c *cobra.Command, _ []string) error { return t.listRuns(c.Context(), f) }
	return t.watchable(c)
}

// listRuns lists runs. A removed job may still have runs; a name that was never a job is an error.
func (t *terminal) listRuns(ctx context.Context, f *runFlags) error {
	q, err := f.query()
	if err != nil {
		return err
	}
	held := 0
	var behind late
	return ask(t, func(client *api.Client) (list api.Reply[contract.RunList], err error) {
		list, err = client.Runs(ctx, q)
		switch {
		case err == nil && len(list.Body.Items) == 0 && q.Job != "":
			_, err = client.Job(ctx, q.Job)
		case err == nil && f.job == "" && f.status == "" && !t.programs():
			held = heldRuns(ctx, client)
		}
		if err == nil && !t.programs() {
			behind = lateRuns(list.Body, func(p contract.Page) (contract.RunList, error) {
				q.Page = p
				older, err := client.Runs(ctx, q)
				return older.Body, err
			})
		}
		return list, err
	}, func(s *sheet.Sheet, list contract.RunList) {
		showRuns(s, list, f.job == "")
		heldBesides(s, list.Items, held)
		endedSince(s, behind)
	})
}

// heldRuns is how many runs are held; 0 if the daemon does not say.
func heldRuns(ctx context.Context, client *api.Client) int {
	status, err := client.Status(ctx)
	if err != nil {
		return 0 // the list is there all the same
	}
	return status.Body.Counts.Held
}

// heldBesides says how many of the held runs are not among those that are shown: what fell due when an outage began was
// queued long before what runs now.
func heldBesides(s *sheet.Sheet, shown []contract.Run, held int) {
	for _, r := range shown {
		if r.Status == messages.StatusHeld {
			held--
		}
	}
	if held > 0 {
		s.Line("held besides: %s; `curfew run list --status held` lists what is held", words.Count(held, "run"))
	}
}
