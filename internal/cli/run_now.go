package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

func (t *terminal) jobRun() *cobra.Command {
	var f waitFlags
	c := &cobra.Command{
		Use: "run NAME", Short: "Run a job now", Long: "Run a job now, and print the id of the run and what it waits for. --wait follows it to its end.",
		Args: exactlyOne, ValidArgsFunction: t.first(t.jobNames),
	}
	f.register(c, "wait for the end of the run; the exit code is 0 only if it succeeds")
	c.RunE = func(c *cobra.Command, args []string) error {
		return t.withDaemon(func(client *api.Client) error {
			run, err := client.RunNow(c.Context(), args[0])
			if err != nil {
				return err
			}
			if f.wait {
				ctx, release := t.waiting(c.Context(), f)
				defer release()
				return t.follow(ctx, client, args[0], run.Body)
			}
			return t.answer(run.Raw, func(s *sheet.Sheet) {
				s.Line("run %s of job %s", run.Body.Run, args[0])
				explainHolds(c.Context(), s, client, args[0], run.Body.Holds)
				if len(run.Body.Holds) == 0 {
					s.Line("  see `curfew run show %s`", run.Body.Run)
				}
			})
		})
	}
	return c
}

// follow prints what the run waits for whenever that changes, until the run is over. With -o json it prints only the
// run's body, at the end.
func (t *terminal) follow(ctx context.Context, c *api.Client, job string, made contract.RunAccepted) error {
	s := t.screen()
	if t.programs() {
		s.Out = io.Discard
	}
	s.Line("run %s of job %s", made.Run, job)
	explainHolds(ctx, s, c, job, made.Holds)
	if len(made.Holds) > 0 && !t.programs() {
		fmt.Fprintln(t.told(), "(it waits; Ctrl-C leaves the run held)")
	}
	last := made.Holds
	var run api.Reply[contract.Run]
	err := until(ctx, "run "+string(made.Run), func() (over bool, err error) {
		if run, err = c.Run(ctx, made.Run); err != nil {
			return false, err
		}
		if !slices.Equal(run.Body.Holds, last) {
			last = run.Body.Holds
			explainHolds(ctx, s, c, job, last)
			if len(last) == 0 && !t.programs() && run.Body.FinishedAt.IsZero() {
				fmt.Fprintln(t.told(), "(nothing holds it any more)")
			}
		}
		return !run.Body.FinishedAt.IsZero(), nil
	})
	if err != nil {
		return err
	}
	if err := t.answer(run.Raw, func(s *sheet.Sheet) { showRun(s, run.Body) }); err != nil {
		return err
	}
	if run.Body.Status != messages.StatusSucceeded {
		return exit(ExitFailed)
	}
	return nil
}
