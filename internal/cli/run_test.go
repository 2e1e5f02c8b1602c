package cli

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

// TestOthersWordsStand: what a job or a model wrote is shown as it is, though it may look like a command of ours.
func TestOthersWordsStand(t *testing.T) {
	const said = "see `curfew next`"
	var b strings.Builder
	s := &sheet.Sheet{Out: &b, Width: 80, Hint: func(text string) string { return strings.ReplaceAll(text, "`curfew ", "`curfew --data D ") }}
	output, failure := said, said
	showRun(s, contract.Run{Output: &output, Attempts: []contract.Attempt{{
		Number: 1, Error: &failure, Trace: []messages.Step{{Kind: messages.StepMessage, Role: "user", Text: said}},
	}}})
	if got := strings.Count(b.String(), said); got != 4 || strings.Contains(b.String(), "--data D") {
		t.Errorf("%d times as it is:\n%s", got, b.String())
	}
}

// TestHeldBesides: held runs that a page of the list leaves out are counted; those that it shows are not.
func TestHeldBesides(t *testing.T) {
	shown := []contract.Run{{Status: messages.StatusHeld}, {Status: messages.StatusSucceeded}}
	for held, want := range map[int]string{
		0: "", 1: "", 2: "held besides: 1 run; `curfew run list --status held` lists what is held\n",
		4: "held besides: 3 runs; `curfew run list --status held` lists what is held\n",
	} {
		var b strings.Builder
		heldBesides(&sheet.Sheet{Out: &b}, shown, held)
		if b.String() != want {
			t.Errorf("%d held: %q, want %q", held, b.String(), want)
		}
	}
}

// TestShowPaused: the status names the first of the jobs that are paused.
func TestShowPaused(t *testing.T) {
	for of, want := range map[int]string{
		2: "\npaused: brief, news\n", 5: "\npaused: brief, news and 3 more; `curfew job list --state paused` lists them\n",
	} {
		var b strings.Builder
		showPaused(&sheet.Sheet{Out: &b}, []string{"brief", "news"}, of)
		if b.String() != want {
			t.Errorf("of %d: %q, want %q", of, b.String(), want)
		}
	}
}

// TestRunStatusSaysForHowMany: a run that stands for several slots says so beside its status, held or not.
func TestRunStatusSaysForHowMany(t *testing.T) {
	for _, c := range []struct {
		run  contract.Run
		want string
	}{
		{contract.Run{Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession}, Missed: 2}, "held (session; 3 slots)"},
		{contract.Run{Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession}}, "held (session)"},
		{contract.Run{Status: messages.StatusSucceeded, Missed: 1}, "ok (2 slots)"},
	} {
		if got := runStatus(c.run).Text; got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// TestEndedSince: runs that were held, and came at last, are named beside a list that does not reach down to them, however
// far below they stand; of what was not looked at nothing is claimed.
func TestEndedSince(t *testing.T) {
	run := func(id messages.RunID, started, finished messages.Instant) contract.Run {
		return contract.Run{ID: id, Job: "brief", Status: messages.StatusSucceeded, StartedAt: started, FinishedAt: finished}
	}
	shown := []contract.Run{{Status: messages.StatusHeld}, run("c", 9000, 9500), run("b", 8000, 8500)}
	early := []contract.Run{run("a", 7000, 7500), run("runs", 800, 0)}
	for _, c := range []struct {
		name   string
		shown  []contract.Run
		behind []contract.Run
		want   []string
	}{
		{
			"near", shown, append(early, run("held", 1000, 9200), run("long", 900, 9900)),
			[]string{"run long of job brief, ok", "run held of job brief, ok"},
		},
		{"far below", shown, append(make([]contract.Run, maxBehind-1), run("held", 1000, 9200)), []string{"run held of job brief, ok"}},
		{
			"many", shown,
			[]contract.Run{run("1", 1, 9001), run("2", 1, 9002), run("3", 1, 9003), run("4", 1, 9004), run("5", 1, 9005)},
			[]string{"run 5 of job brief, ok", "run 4 of job brief, ok", "run 3 of job brief, ok", "and 2 runs more that ended since"},
		},
		{
			"more than are looked at", shown,
			append([]contract.Run{run("1", 1, 9001), run("2", 1, 9002), run("3", 1, 9003), run("4", 1, 9004)}, make([]contract.Run, maxBehind)...),
			[]string{"run 4 of job brief, ok", "run 3 of job brief, ok", "run 2 of job brief, ok", "and at least 1 run more that ended since"},
		},
		{"beyond what is looked at", shown, append(make([]contract.Run, maxBehind), run("held", 1000, 9200)), nil},
		{"where nothing that is shown has begun", shown[:1], []contract.Run{run("held", 1000, 9200)}, nil},
	} {
		asked := 0
		l := lateRuns(contract.RunList{List: contract.ListOf(c.shown, "0")}, func(p contract.Page) (contract.RunList, error) {
			asked++
			next := ""
			if p.Limit < len(c.behind) {
				next = strconv.Itoa(p.Limit)
			}
			return contract.RunList{List: contract.ListOf(c.behind[:min(p.Limit, len(c.behind))], next)}, nil
		})
		if asked > 1 {
			t.Errorf("%s: %d pages were asked for", c.name, asked)
		}
		var b strings.Builder
		endedSince(&sheet.Sheet{Out: &b, Now: time.UnixMilli(10_000), Zone: time.UTC}, l)
		var lines []string
		for line := range strings.Lines(b.String()) {
			_, said, named := strings.Cut(line, ": ")
			if !named {
				said = line
			}
			lines = append(lines, strings.TrimSpace(said))
		}
		if !slices.Equal(lines, c.want) {
			t.Errorf("%s: %q, want %q", c.name, b.String(), c.want)
		}
	}
}
