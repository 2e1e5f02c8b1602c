package engine

import (
	"slices"
	"testing"
	"time"

	"curfew/internal/config"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Only what has changed is defined anew, and jobs share what they have in common: a pointer into the jobs of the file
// would keep all of them in memory, those of each reload anew.
func TestPlannedSharesTerms(t *testing.T) {
	file := func() config.Config {
		return config.Config{Jobs: []messages.Definition{{Job: "a", Actor: "shell"}, {Job: "b", Actor: "shell"}}}
	}
	first := file()
	p := planned(first, nil, nil, 0)
	if len(p.defined) != 2 || !p.defined[0].Is(&first.Jobs[0]) {
		t.Fatalf("a first start defines %d jobs, want both as the file has them", len(p.defined))
	}
	next := file()
	next.Jobs[1].Actor = "http"
	p = planned(next, []*messages.Kept{messages.Keep(first.Jobs[0]), messages.Keep(first.Jobs[1])}, nil, 0)
	if len(p.defined) != 1 || p.defined[0].Job != "b" || p.defined[0].Actor != "http" {
		t.Fatalf("defined are %+v, want the job that has changed", p.defined)
	}
}

// A start says of which jobs it gives up slots that nobody has noticed: those of a schedule that is another now.
func TestGivenUp(t *testing.T) {
	at := func(hour int) messages.Instant { return messages.At(time.Date(2027, 1, 1, hour, 0, 0, 0, time.UTC)) }
	job := func(name, schedule string) messages.Definition {
		return messages.Definition{Job: name, Timetable: messages.Timetable{Schedule: schedule, Timezone: "UTC"}}
	}
	var jobs []policy.JobGlance
	var was []*messages.Kept
	for _, name := range []string{"brief", "paused", "retitled", "same", "noticed"} {
		d := messages.Keep(job(name, "0 7 * * *"))
		since := at(6)
		if name == "noticed" {
			since = at(7)
		}
		was = append(was, d)
		jobs = append(jobs, policy.JobGlance{Definition: d, Paused: name == "paused", Mark: scheduler.Mark{Since: since}})
	}
	retitled := job("retitled", "0 7 * * *")
	retitled.Title = "Mine"
	c := config.Config{Jobs: []messages.Definition{
		job("brief", "0 8 * * *"), job("paused", "0 8 * * *"), retitled, job("same", "0 7 * * *"), job("noticed", "0 8 * * *"), job("new", "0 7 * * *"),
	}}
	for hour, want := range map[int][]string{6: nil, 9: {"brief"}} {
		if got := planned(c, was, nil, at(hour)).givenUp(jobs, at(hour)); !slices.Equal(got, want) {
			t.Errorf("at %d: %v, want %v", hour, got, want)
		}
	}
}
