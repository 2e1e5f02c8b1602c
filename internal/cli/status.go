package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// shortly is how many of the next slots are shown without -o wide.
const shortly = 5

// Bounds of the paused jobs that the status names.
const (
	maxPaused   = 3
	maxLookedAt = 1000 // of more jobs only the number of those that are paused is shown
)

func (t *terminal) status() *cobra.Command {
	return t.watchable(&cobra.Command{
		Use: "status", Short: "Show the daemon, its sessions, and which jobs fail, run and are next",
		Long: "Show the daemon (version, pid, since when, data folder, ready or why not, a job file that its next start would not\n" +
			"take), its sessions, jobs that fail, attempts that run and for how long, the next slots, and notifications that no target\n" +
			"has taken.",
		Args: noArgument,
		RunE: func(c *cobra.Command, _ []string) error {
			var paused []string
			return ask(t, func(client *api.Client) (api.Reply[contract.Status], error) {
				status, err := client.Status(c.Context())
				if err == nil && !t.programs() {
					paused = pausedJobs(c.Context(), client, status.Body.Counts)
				}
				return status, err
			}, func(s *sheet.Sheet, n contract.Status) {
				showStatus(s, n)
				showPaused(s, paused, n.Counts.Paused)
			})
		},
	})
}

// pausedJobs are the first jobs that are paused or disabled; none if nobody says so, or if it would take long to look.
func pausedJobs(ctx context.Context, client *api.Client, all contract.Counts) (names []string) {
	if all.Paused == 0 || all.Jobs > maxLookedAt {
		return nil
	}
	jobs, err := client.Jobs(ctx, contract.JobQuery{JobFilter: contract.JobFilter{State: contract.JobPaused}, Page: contract.Page{Limit: maxPaused}})
	if err != nil {
		return nil // their number is there all the same
	}
	for i := range jobs.Body.Items {
		names = append(names, jobs.Body.Items[i].Name)
	}
	return names
}

// showPaused names the jobs that are paused, of so many.
func showPaused(s *sheet.Sheet, names []string, of int) {
	if len(names) == 0 {
		return
	}
	more := ""
	if of > len(names) {
		more = fmt.Sprintf(" and %d more; `curfew job list --state paused` lists them", of-len(names))
	}
	s.Line("")
	s.Line("paused: %s%s", words.Join(names), more)
}

func showStatus(s *sheet.Sheet, n contract.Status) {
	ready := sheet.Cell{Text: "yes", Tone: sheet.Good}
	if !n.Ready {
		ready = sheet.Cell{Text: "no: " + orDash(n.Why), Tone: sheet.Bad}
	}
	s.Fields(
		"daemon", fmt.Sprintf("curfew %s, pid %d", n.Version, n.PID), "since", s.Both(n.Since), "data", orDash(n.Data),
		"ready", ready, "jobs", counts(n.Counts))
	if n.ConfigError != nil {
		s.Line("")
		s.Line("job file: %s", words.NotTaken(*n.ConfigError))
		s.Line("mend it until `curfew check %s` finds nothing, then `curfew reload`", orDash(n.Config))
	}
	showFleet(s, n.Fleet)
	s.Line("")
	showSessions(s, n.Sessions)
	rest(s, n.Counts.Sessions, len(n.Sessions), "session", "`curfew session list`")
	for _, one := range n.Sessions {
		if one.WantsSignIn() {
			s.Line("session %s: %s", one.Name, words.SignIn(one))
		}
	}
	showFailing(s, n)
	showRunning(s, n)
	showNext(s, n)
	if len(n.Undelivered) > 0 {
		s.Line("")
		for _, u := range n.Undelivered {
			s.Line("%s", u)
		}
	}
}

// showFleet shows of which fleet the daemon is a node.
func showFleet(s *sheet.Sheet, f *contract.Fleet) {
	switch {
	case f == nil:
		return
	case !f.Connected:
		s.Line("node %s of fleet %s, whose servers it does not reach", f.Node, f.Realm)
	case f.Usurped:
		s.Line("node %s of fleet %s, but another process is that node: nothing runs here until it has gone", f.Node, f.Realm)
		s.Line("stop it, or start one of the two with another --node")
	case f.Decider == f.Node:
		s.Line("node %s of fleet %s, which decides", f.Node, f.Realm)
	case f.Decider == "":
		s.Line("node %s of fleet %s, where no node decides at the moment", f.Node, f.Realm)
	default:
		s.Line("node %s of fleet %s, where %s decides", f.Node, f.Realm, f.Decider)
	}
	if f.Connected && f.Behind > 0 {
		s.Line("it has not taken in the last %d appends of the fleet's journal yet", f.Behind)
	}
}

// counts is "12, 1 of them paused; 2 failing, 1 running, 4 runs held".
func counts(c contract.Counts) string {
	text := fmt.Sprint(c.Jobs)
	if c.Paused > 0 {
		text += fmt.Sprintf(", %d of them paused", c.Paused)
	}
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.Failing, "failing"}, {c.Running, "running"}, {c.Held, "held"}, {c.Unplaced, "that no node takes"}} {
		if p.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", p.n, p.word))
		}
	}
	if len(parts) == 0 {
		return text
	}
	return text + "; " + strings.Join(parts, ", ")
}

func showFailing(s *sheet.Sheet, n contract.Status) {
	if len(n.Failing) == 0 {
		return
	}
	s.Line("")
	rows := make([][]any, len(n.Failing))
	for i, f := range n.Failing {
		rows[i] = []any{sheet.Cell{Text: f.Job, Tone: sheet.Bad}, failingSince(s.When, &f.Failing), words.Failures(&f.Failing), f.Run, heldBy(f.Holds, f.Session), orDash(f.Error)}
	}
	s.Table([]sheet.Column{
		{Name: "FAILING", Cut: 16}, {Name: "SINCE"}, {Name: "FOR"}, {Name: "LAST RUN"}, heldByColumn, {Name: "LAST ERROR", Cut: 12},
	}, rows)
	rest(s, n.Counts.Failing, len(n.Failing), "job", "`curfew job list --failing`")
}

func showRunning(s *sheet.Sheet, n contract.Status) {
	if len(n.Running) == 0 {
		return
	}
	s.Line("")
	rows := make([][]any, len(n.Running))
	for i, r := range n.Running {
		rows[i] = []any{r.Job, words.Span(max(0, s.Now.Sub(r.Since.Time()))), r.Attempt, r.Run}
	}
	s.Table([]sheet.Column{{Name: "RUNNING", Cut: 16}, {Name: "FOR"}, {Name: "TRY"}, {Name: "RUN"}}, rows)
	rest(s, n.Counts.Running, len(n.Running), "attempt", "`curfew run list --status running`")
}

func showNext(s *sheet.Sheet, n contract.Status) {
	next := n.Next
	if !s.Wide {
		next = next[:min(len(next), shortly)]
	}
	if len(next) == 0 {
		return
	}
	s.Line("")
	rows := make([][]any, len(next))
	for i, d := range next {
		rows[i] = []any{d.Job, s.When(d.Slot), heldBy(d.Holds, d.Session)}
	}
	s.Table([]sheet.Column{{Name: "NEXT", Cut: 16}, {Name: "SLOT"}, heldByColumn}, rows)
}

// heldByColumn says of jobs what keeps them from running now.
var heldByColumn = sheet.Column{Name: "HELD BY", Rare: true, Cut: 16}

func heldBy(holds []messages.Hold, session *string) sheet.Cell {
	return sheet.Cell{Text: words.HeldBy(holds, session), Tone: sheet.Care}
}

// rest says how many more there are, and which command lists them.
func rest(s *sheet.Sheet, all, shown int, what, command string) {
	if all > shown {
		s.Line("and %s more; %s lists them", words.Count(all-shown, what), command)
	}
}
