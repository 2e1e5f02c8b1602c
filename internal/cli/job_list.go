package cli

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
)

// pageFlags adds the flags of a list.
func pageFlags(c *cobra.Command) *contract.Page {
	p := new(contract.Page)
	c.Flags().IntVar(&p.Limit, "limit", contract.DefaultLimit, fmt.Sprintf("how many to show, 1 to %d", contract.MaxLimit))
	c.Flags().StringVar(&p.After, "after", "", "continue after this value, which the page before named")
	return p
}

// more says how to list the rest.
func more(s *sheet.Sheet, next *string) {
	if next != nil {
		s.Line("there is more: list it with --after %s", *next)
	}
}

func (t *terminal) jobList() *cobra.Command {
	var q contract.JobQuery
	var state string
	c := &cobra.Command{
		Use: "list", Short: "List jobs",
		Long: "List jobs by name, of which all that is asked for is true.",
		Args: noArgument,
		Example: `  curfew job list --failing
  curfew job list --state running
  curfew job list --tag nightly --search "report pdf"`,
	}
	c.Flags().StringVar(&state, "state", "", "only jobs in this state: "+words.Join(contract.JobStates))
	c.Flags().BoolVar(&q.Failing, "failing", false, "only jobs that fail: the newest run that was not cancelled or skipped has failed")
	c.Flags().BoolVar(&q.Held, "held", false, "only jobs with a held run")
	c.Flags().StringVar(&q.Actor, "actor", "", "only jobs of this actor type")
	c.Flags().StringVar(&q.Session, "session", "", "only jobs of this session; "+contract.NoSession+": those that belong to none")
	c.Flags().StringVar(&q.Tag, "tag", "", "only jobs with this tag")
	c.Flags().StringVar(&q.Search, "search", "", "only jobs with each of these words in their name, title, description or tags")
	t.complete(c, "state", fixed(contract.JobStates))
	t.complete(c, "session", t.sessionNames)
	page := pageFlags(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		q.Page, q.State = *page, contract.JobState(state)
		return ask(t, func(client *api.Client) (api.Reply[contract.JobList], error) {
			return client.Jobs(c.Context(), q)
		}, showJobs)
	}
	return t.watchable(c)
}

func showJobs(s *sheet.Sheet, list contract.JobList) {
	rows := make([][]any, len(list.Items))
	for i, j := range list.Items {
		held := heldBy(j.Holds, j.Session)
		if j.State == contract.JobPaused {
			held = sheet.Cell{} // its state says so, and it has no next slot
		}
		id := "-"
		if j.LastRun != nil {
			id = string(j.LastRun.ID)
		}
		rows[i] = []any{
			j.Name, stateOf(j), j.Actor, orDash(j.Session), j.Schedule, j.Timezone, s.When(j.NextSlot), held, last(s, j), id, orDash(j.Title), cmp.Or(strings.Join(j.Tags, ", "), "-"),
		}
	}
	s.Table([]sheet.Column{
		{Name: "NAME", Cut: 16},
		{Name: "STATE"},
		{Name: "ACTOR", Wide: true},
		{Name: "SESSION", Wide: true},
		{Name: "SCHEDULE", Cut: 10},
		{Name: "ZONE", Wide: true},
		{Name: "NEXT"},
		heldByColumn,
		{Name: "LAST", Cut: 16},
		{Name: "RUN", Wide: true},
		{Name: "TITLE", Wide: true},
		{Name: "TAGS", Wide: true},
	}, rows)
	more(s, list.Next)
	if list.HistoryBehind != nil {
		s.Line("%s", words.HistoryBehind(*list.HistoryBehind))
	}
}
