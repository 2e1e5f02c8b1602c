package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/words"
	"curfew/messages"
)

func (t *terminal) explain() *cobra.Command {
	var at, run string
	c := &cobra.Command{
		Use: "explain JOB", Short: "Explain what became of a slot or a run of a job, and why",
		Long: "Explain from the journal what became of a slot or a run of a job, with the daemon running or stopped: a verdict in\n" +
			"one line, then what led to it. Without a time it is about the newest slot or run.",
		Args: exactlyOne, ValidArgsFunction: t.first(t.jobNames),
		Example: `  curfew explain morning_briefing
  curfew explain morning_briefing --at 07:00
  curfew explain morning_briefing --at "yesterday 07:00"`,
	}
	c.Flags().StringVar(&at, "at", "", `the slot: 07:00, "yesterday 07:00" or "2027-01-15 07:00" in the job's time zone, or RFC 3339 (default: the newest slot or run)`)
	c.Flags().StringVar(&run, "run", "", "the id of a run, instead of a slot")
	t.complete(c, "run", t.runIDs)
	c.RunE = func(c *cobra.Command, args []string) error {
		when, err := explain.ParseWhen(at)
		switch {
		case err != nil:
			return usagef("--%w", err)
		case at != "" && run != "":
			return usagef("use either --at or --run, not both")
		}
		return t.showExplanation(c, contract.ExplainQuery{Job: args[0], At: when, Run: messages.RunID(run)})
	}
	return c
}

// showExplanation asks the daemon, or without one reads the journal of the data folder.
func (t *terminal) showExplanation(c *cobra.Command, q contract.ExplainQuery) error {
	err := ask(t, func(client *api.Client) (api.Reply[explain.Explanation], error) {
		return client.Explain(c.Context(), q)
	}, printExplanation)
	if !t.wasRunning(err) {
		return err
	}
	data, err := t.dataFolder()
	if err != nil {
		return err
	}
	x, err := t.app.Explain(c.Context(), data, q)
	t.fromJournal(err)
	if err != nil {
		return err
	}
	return t.answerValue(x, func(s *sheet.Sheet) { printExplanation(s, x) })
}

// wasRunning reports whether an answer may be in the journal: there is no daemon, and there was one.
func (*terminal) wasRunning(err error) bool {
	var none *api.NoDaemon
	return errors.As(err, &none) && (none.Had || none.Node)
}

// fromJournal says that an answer is not a daemon's, unless there is none.
func (t *terminal) fromJournal(err error) {
	if err == nil && !t.programs() {
		fmt.Fprintln(t.err, "curfew: no daemon is running; this comes from the journal")
	}
}

// printExplanation prints the verdict, and then each record of the chain with its seq, by which it is found in `curfew
// journal export`, and its time in the job's time zone.
func printExplanation(s *sheet.Sheet, x explain.Explanation) {
	s.Line("%s", x.Verdict)
	if x.Now != "" {
		s.Line("%s", x.Now)
	}
	zone, err := time.LoadLocation(x.Timezone)
	if err != nil {
		zone, x.Timezone = time.UTC, "UTC, since this machine does not know "+x.Timezone
	}
	if words.Exact(s.Now, zone) != words.Exact(s.Now, s.Zone) {
		s.Line("times here are the job's, in %s; other screens show yours, %s", x.Timezone, s.Clock)
	}
	if !x.AsOf.IsZero() {
		s.Line("%s", words.AsOf(s.Both(x.AsOf)))
	}
	if len(x.Chain) == 0 {
		return
	}
	s.Zone, s.Clock = zone, x.Timezone
	if x.Run != nil {
		s.Clock += "; run " + string(*x.Run)
	}
	s.Line("")
	rows := make([][]any, len(x.Chain))
	for i, l := range x.Chain {
		rows[i] = []any{l.Seq, s.Exact(l.At), s.Told(l.Text)}
	}
	s.Table([]sheet.Column{{Name: "SEQ"}, {Name: "AT"}, {Name: "WHAT"}}, rows)
	showWaiting(s, x.Deliveries)
	if x.Omitted > 0 {
		s.Line("%d more records are left out, such as earlier foldings", x.Omitted)
	}
}
