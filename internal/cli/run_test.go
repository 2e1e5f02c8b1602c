package cli

import (
	"slices"
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

// TestEndedSince: a run that was held, and came at last, is named beside a list that does not reach down to it.
func TestEndedSince(t *testing.T) {
	run := func(id messages.RunID, started, finished messages.Instant) contract.Run {
		return contract.Run{ID: id, Job: "brief", Status: messages.StatusSucceeded, StartedAt: started, FinishedAt: finished}
	}
	shown := []contract.Run{{Status: messages.StatusHeld}, run("c", 9000, 9500), run("b", 8000, 8500)}
	late := lateOf(shown, []contract.Run{run("a", 7000, 7500), run("held", 1000, 9200), run("long", 900, 9900), run("runs", 800, 0)})
	var b strings.Builder
	endedSince(&sheet.Sheet{Out: &b, Now: time.UnixMilli(10_000), Zone: time.UTC}, late)
	var lines []string
	for line := range strings.Lines(b.String()) {
		_, said, _ := strings.Cut(line, ": ")
		lines = append(lines, strings.TrimSpace(said))
	}
	if want := []string{"run long of job brief, ok", "run held of job brief, ok"}; !slices.Equal(lines, want) {
		t.Errorf("%q, want %q", b.String(), want)
	}
	if late := lateOf(shown[:1], []contract.Run{run("held", 1000, 9200)}); late != nil {
		t.Errorf("where nothing that is shown has begun: %v", late)
	}
}
