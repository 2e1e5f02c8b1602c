package runtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"curfew/actors"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// pageJobs are jobs of all kinds. At 00:41, 11 minutes after the start: good and bad have run once, long runs, asks is
// held by its gate, and off, never and yearly have not run.
const pageJobs = `
sessions: {default: {backend: "https://api.example.com/v1"}}
jobs:
  - {name: asks, actor: agent, schedule: "40 0 * * *", with: {}}
  - {name: bad, actor: shell, schedule: "35 0 * * *", with: {}, retry: {attempts: 1}, tags: [nightly], description: "Writes a Report"}
  - {name: good, actor: shell, schedule: "36 * * * *", with: {}, title: "The Report of ÄGYPTEN", tags: [nightly, desk]}
  - {name: long, actor: shell, schedule: "37 0 * * *", with: {}}
  - {name: off, actor: shell, schedule: "0 5 * * *", with: {}, enabled: false}
  - {name: worse, actor: shell, schedule: "31,34 0 * * *", with: {}, retry: {attempts: 1}}
  - {name: yearly, actor: shell, schedule: "@yearly", with: {}}
`

// startPage starts them.
func startPage(t *testing.T) (*world.Virtual, contract.Answers) {
	s := world.NewVirtual(t)
	s.Act = func(ctx context.Context, a actors.Attempt) error {
		switch a.Job {
		case "bad", "worse":
			return errors.New("no paper")
		case "long":
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	s.Start(pageJobs)
	s.Until("2027-01-15T00:41:00Z")
	return s, backend.New(s.Runtime)
}

// listed are the names of all pages, with a bar between pages.
func listed(t *testing.T, b contract.Answers, q contract.JobsQuery) string {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = contract.MaxJobsPage
	}
	var pages []string
	for {
		p, err := b.JobsPage(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, j := range p.Items {
			names = append(names, j.Name)
		}
		pages = append(pages, strings.Join(names, " "))
		if q.After = p.Next; p.Next == "" {
			return strings.Join(pages, " | ")
		}
	}
}

// TestJobsPage: every filter and every order of the page of jobs, over a runtime with jobs in all states.
func TestJobsPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := startPage(t)
		defer s.Stop()
		filter := func(f contract.JobFilter) contract.JobsQuery { return contract.JobsQuery{JobFilter: f} }
		for _, tt := range []struct {
			name string
			q    contract.JobsQuery
			want string
		}{
			{"all", contract.JobsQuery{}, "asks bad good long off worse yearly"},
			{"in pages", contract.JobsQuery{Limit: 3}, "asks bad good | long off worse | yearly"},
			{"by name, the other way round", contract.JobsQuery{Reverse: true, Limit: 4}, "yearly worse off long | good bad asks"},
			{"by state", contract.JobsQuery{Sort: contract.SortState}, "long asks off bad good worse yearly"},
			{"by state, the other way round", contract.JobsQuery{Sort: contract.SortState, Reverse: true}, "bad good worse yearly off asks long"},
			{"by next slot", contract.JobsQuery{Sort: contract.SortNext, Limit: 2}, "good worse | bad long | asks yearly | off"},
			{"by next slot, the latest first", contract.JobsQuery{Sort: contract.SortNext, Reverse: true}, "yearly asks long bad worse good off"},
			{"by last run", contract.JobsQuery{Sort: contract.SortLast, Limit: 2}, "good bad | worse asks | long off | yearly"},
			{"by last run, the oldest first", contract.JobsQuery{Sort: contract.SortLast, Reverse: true}, "worse bad good asks long off yearly"},
			{"failing since", contract.JobsQuery{Sort: contract.SortFailing}, "worse bad asks good long off yearly"},
			{"running", filter(contract.JobFilter{State: contract.JobRunning}), "long"},
			{"held", filter(contract.JobFilter{State: contract.JobHeld}), "asks"},
			{"paused", filter(contract.JobFilter{State: contract.JobPaused}), "off"},
			{"with a held run", filter(contract.JobFilter{Held: true}), "asks"},
			{"failing", filter(contract.JobFilter{Failing: true}), "bad worse"},
			{"failing with a tag", filter(contract.JobFilter{Failing: true, Tag: "nightly"}), "bad"},
			{"disabled", filter(contract.JobFilter{Disabled: true}), "off"},
			{"of an actor type", filter(contract.JobFilter{Actor: "agent"}), "asks"},
			{"of a session", filter(contract.JobFilter{Session: "default"}), "asks"},
			{"of no session", filter(contract.JobFilter{Session: contract.NoSession}), "bad good long off worse yearly"},
			{"of a tag", filter(contract.JobFilter{Tag: "desk"}), "good"},
			{"a part of a tag is none", filter(contract.JobFilter{Tag: "des"}), ""},
			{"of the file", filter(contract.JobFilter{ManagedBy: messages.ManagedByFile, Tag: "desk"}), "good"},
			{"of the API", filter(contract.JobFilter{ManagedBy: messages.ManagedByAPI}), ""},
			{"words of a title and a description", filter(contract.JobFilter{Search: "rEPort"}), "bad good"},
			{"each word", filter(contract.JobFilter{Search: "  report  nightly desk "}), "good"},
			{"letters beyond ASCII", filter(contract.JobFilter{Search: "ägypten"}), "good"},
			{"a part of a name", filter(contract.JobFilter{Search: "wor"}), "worse"},
			{"nothing", filter(contract.JobFilter{Search: "nothing"}), ""},
		} {
			if got := listed(t, b, tt.q); got != tt.want {
				t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
			}
			if tt.q.Sort != "" || tt.q.Reverse {
				continue
			}
			jobs, err := b.Jobs(t.Context(), contract.JobQuery{JobFilter: tt.q.JobFilter, Page: contract.Page{Limit: 99}})
			var names []string
			for _, j := range jobs.Items {
				names = append(names, j.Name)
			}
			if got := strings.Join(names, " "); got != strings.ReplaceAll(tt.want, " | ", " ") || err != nil {
				t.Errorf("%s: the API lists %s, %v", tt.name, got, err)
			}
		}
		if _, err := b.JobsPage(t.Context(), filter(contract.JobFilter{Search: strings.Repeat("x", contract.MaxSearch+1)})); err == nil {
			t.Error("a search that is too long is taken")
		}
	})
}

// TestJobRows: a row says of a job what its own page says, and what its newest runs came to.
func TestJobRows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := startPage(t)
		defer s.Stop()
		p, err := b.JobsPage(t.Context(), contract.JobsQuery{Limit: 10, StripMax: 20})
		if err != nil || p.Trouble != "" {
			t.Fatal(err, p.Trouble)
		}
		got := map[string]string{}
		for _, row := range p.Items {
			one, err := b.Job(t.Context(), row.Name)
			if said, want := bodyText(t, row.Job), bodyText(t, one); err != nil || said != want {
				t.Errorf("the row says\n%s, the job\n%s, %v", said, want, err)
			}
			for _, r := range row.Runs {
				got[row.Name] += fmt.Sprintf("%s %v ", r.Status, r.FinishedAt.IsZero())
			}
		}
		for name, want := range map[string]string{
			"asks": "held true ", "bad": "failed false ", "good": "succeeded false ", "long": "running true ", "worse": "failed false failed false ", "yearly": "",
		} {
			if got[name] != want {
				t.Errorf("%s: %q, want %q", name, got[name], want)
			}
		}
		if want := "map[held:1 idle:4 paused:1 running:1]"; fmt.Sprint(p.States) != want {
			t.Errorf("states %v, want %s", p.States, want)
		}
		if want := "[{agent 1} {shell 6}] [{default 1} {none 6}] [{desk 1} {nightly 2}]"; fmt.Sprint(p.Actors, p.Sessions, p.Tags) != want {
			t.Errorf("%v, want %s", fmt.Sprint(p.Actors, p.Sessions, p.Tags), want)
		}
		if p.First != 0 || p.Matching != 7 || p.All != 7 || p.Previous != "" {
			t.Errorf("%+v", p)
		}
	})
}

// bodyText is a body as programs see it.
func bodyText(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestJobsPageFollows: a page shows what was ordered right before, next slots move on with the clock, and a job that is
// removed leaves no hole.
func TestJobsPageFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := startPage(t)
		defer s.Stop()
		byNext, byEnd := contract.JobsQuery{Sort: contract.SortNext}, contract.JobsQuery{Sort: contract.SortLast}
		p, err := b.JobsPage(t.Context(), contract.JobsQuery{Sort: contract.SortNext, Limit: 2})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Pause(t.Context(), "worse"); err != nil { // the job at the cursor goes elsewhere
			t.Fatal(err)
		}
		if got, want := listed(t, b, contract.JobsQuery{Sort: contract.SortNext, Limit: 9, After: p.Next}), "bad long asks yearly off worse"; got != want {
			t.Errorf("behind the page: %s, want %s", got, want)
		}
		s.Until("2027-01-16T00:35:30Z") // good runs every hour, bad has just run
		if got, want := listed(t, b, byNext), "good long asks bad yearly off worse"; got != want {
			t.Errorf("a day later: %s, want %s", got, want)
		}
		if got, want := listed(t, b, byEnd), "bad good long worse asks off yearly"; got != want {
			t.Errorf("the last runs: %s, want %s", got, want)
		}
		s.Write(strings.Replace(pageJobs, "- {name: bad", "- {name: renamed", 1))
		if _, err := s.Runtime.Reload(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got, want := listed(t, b, contract.JobsQuery{Limit: 3}), "asks good long | off renamed worse | yearly"; got != want {
			t.Errorf("after a reload: %s, want %s", got, want)
		}
	})
}

// TestOrderJobs: an order to several jobs is carried out for each that allows it, and says what became of the others.
func TestOrderJobs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, b := startPage(t)
		defer s.Stop()
		ctx := contract.Once(contract.WithCaller(t.Context(), func() string { return "ada" }), "form-1")
		order := func(do contract.JobAction, names ...string) string {
			t.Helper()
			all, err := b.OrderJobs(ctx, do, names)
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
			var out []string
			for _, o := range all {
				text := o.Was.Name + " was " + string(o.Was.State)
				if o.Refused != "" {
					text += ": " + o.Refused
				}
				if do == contract.ActionRun {
					text += fmt.Sprintf(", run %v, joined %v", o.Run != "", o.Joined)
				}
				out = append(out, text)
			}
			return strings.Join(out, "; ")
		}
		for _, tt := range []struct{ got, want string }{
			{order(contract.ActionPause, "good", "gone", "off", "good"), "good was idle; gone was : there is no such job any more; off was paused"},
			{order(contract.ActionResume, "good", "off", "yearly"), "good was paused; off was paused: job off has enabled: false in its job file; change it there, and reload; yearly was idle"},
			{order(contract.ActionRun, "asks", "good", "gone"), "asks was held, run true, joined true; good was idle, run true, joined false; gone was : there is no such job any more, run false, joined false"},
			{order(contract.ActionCancel, "long", "asks", "yearly"), "long was running; asks was held; yearly was idle"},
		} {
			if tt.got != tt.want {
				t.Errorf("got\n%s, want\n%s", tt.got, tt.want)
			}
		}
		runs := func() int {
			runs, err := b.Runs(t.Context(), contract.RunQuery{Job: "good", Page: contract.Page{Limit: 9}})
			if err != nil {
				t.Fatal(err)
			}
			return len(runs.Items)
		}
		before := runs()
		order(contract.ActionRun, "good")
		if now := runs(); now != before || before != 2 {
			t.Errorf("%d runs, and %d after the same form was sent again", before, now)
		}
		if got := listed(t, b, contract.JobsQuery{JobFilter: contract.JobFilter{State: contract.JobIdle}}); got != "asks bad good long worse yearly" {
			t.Errorf("idle are %s", got)
		}
		if _, err := b.OrderJobs(ctx, contract.ActionPause, make([]string, contract.MaxJobsOrder+1)); err == nil {
			t.Error("an order to too many jobs is taken")
		}
		if _, err := b.OrderJobs(ctx, "burn", []string{"good"}); err == nil {
			t.Error("an unknown order is taken")
		}
		found, err := b.JobsSelected(t.Context(), contract.JobFilter{Failing: true})
		if err != nil || len(found) != 2 || found[0].Name != "bad" || !slices.Equal(found, must(b.JobsNamed(t.Context(), []string{"bad", "worse"}))) {
			t.Errorf("%v, %v", found, err)
		}
	})
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
