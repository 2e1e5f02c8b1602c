package cli

import (
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

func (t *terminal) jobBackfill() *cobra.Command {
	var from, to string
	var fold bool
	c := &cobra.Command{
		Use: "backfill NAME --from TIME --to TIME", Args: exactlyOne,
		Short: "Run slots of the past, each in a run of its own",
		Long:  "Take up slots of the past: a run for each, or one for all with --fold.", ValidArgsFunction: t.first(t.jobNames),
		Example: `  curfew job backfill backup --from 13:00 --to 15:00
  curfew job backfill backup --from "2027-01-15 00:00" --to "2027-01-16 00:00"`,
	}
	c.Flags().StringVar(&from,
		"from", "", `first slot: 07:00, "yesterday 07:00" or "2027-01-15 07:00" in the job's time zone, or RFC 3339 (required)`)
	c.Flags().StringVar(&to, "to", "", "last slot, included (required)")
	c.Flags().BoolVar(&fold, "fold", false, "one run for all slots")
	c.RunE = func(c *cobra.Command, args []string) error {
		return ask(t, func(client *api.Client) (made api.Reply[contract.BackfillAccepted], err error) {
			job, err := client.Job(c.Context(), args[0])
			if err != nil {
				return made, err
			}
			zone, err := time.LoadLocation(job.Body.Timezone)
			if err != nil {
				zone = time.UTC
			}
			in := contract.Backfill{Fold: fold}
			if err := readTimes(zone, words.Clock, timeFlag{"from", from, &in.From}, timeFlag{"to", to, &in.To}); err != nil {
				return made, err
			}
			return client.Backfill(c.Context(), args[0], in)
		}, func(s *sheet.Sheet, made contract.BackfillAccepted) { showBackfill(s, args[0], made) })
	}
	return c
}

func showBackfill(s *sheet.Sheet, job string, b contract.BackfillAccepted) {
	taken, skipped := words.Count(b.Slots, "slot"), words.Count(b.Skipped, "slot")
	switch { // slots that were not counted are the oldest, and the oldest are skipped first
	case b.AtLeast && b.Reason != nil:
		skipped = "at least " + skipped
	case b.AtLeast:
		taken = "at least " + taken
	}
	s.Line("job %s: %s backfilled in %s", job, taken, words.Count(len(b.Runs), "run"))
	if b.Reason != nil {
		s.Line("  %s skipped: %s", skipped, *b.Reason)
	}
	for i, id := range b.Runs {
		if i == defaultNext {
			s.Line("  and %d more; see `curfew job show %s`", len(b.Runs)-i, job)
			break
		}
		s.Line("  see `curfew run show %s`", id)
	}
}
