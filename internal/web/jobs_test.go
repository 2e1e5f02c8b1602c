package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"curfew/internal/contract"
	"curfew/messages"
)

// jobsFake answers the page of jobs.
type jobsFake struct {
	rows    []contract.JobRow
	asked   contract.JobsQuery
	filter  contract.JobFilter
	ordered []string // the orders that were given: "pause a b"
	refused map[string]string
}

const hostile = `"><script>alert('x')</script>{{.}}`

// manyJobs are jobs in all states, also with long and hostile texts.
func manyJobs() (rows []contract.JobRow) {
	at := messages.At(now)
	mark := func(s messages.Status, started, finished messages.Instant) contract.RunMark {
		return contract.RunMark{ID: "run-" + messages.RunID(s), Status: s, StartedAt: started, FinishedAt: finished}
	}
	for i, s := range contract.StatesByUrgency {
		j := contract.Job{
			Name: fmt.Sprintf("job-%d", i), Actor: "shell", State: s, Enabled: s != contract.JobPaused, Timezone: "Europe/Vienna",
			Schedule: "0 7 * * *", ScheduleText: "every day at 07:00 in Europe/Vienna", NextSlot: at.Add(time.Hour),
		}
		rows = append(rows, contract.JobRow{Job: j})
	}
	rows[0].Running, rows[0].Runs = 2, []contract.RunMark{mark("running", at.Add(-90*time.Second), 0), mark("succeeded", at.Add(-time.Hour), at.Add(-time.Hour+3*time.Second))}
	for _, status := range contract.Statuses {
		rows[1].Runs = append(rows[1].Runs, mark(status, at.Add(-time.Hour), at.Add(-time.Minute)))
	}
	rows[1].Failing = &contract.Failing{Run: "r", Runs: 20, AtLeast: true, Error: contract.OrNull(hostile)}
	rows[3].Held, rows[3].Holds = contract.OrNull(messages.RunID("h")), []messages.Hold{messages.HoldAsk, messages.HoldSuspect}
	rows[4].Disabled, rows[4].NextSlot = true, 0
	rows[5].LastSkipped = &contract.LastSkipped{Reason: "overlap", At: at}
	rows = append(rows, contract.JobRow{Job: contract.Job{
		Name: strings.Repeat("n", 63), Title: contract.OrNull(hostile), Tags: []string{hostile, strings.Repeat("long", 50)}, Actor: "agent",
		Session: contract.OrNull("default"), State: contract.JobIdle, Enabled: true, Limits: contract.Limits{After: &messages.After{Job: "job-0"}},
	}})
	return rows
}

func (f *fake) JobsPage(_ context.Context, q contract.JobsQuery) (p contract.JobsPage, err error) {
	f.jobs.asked = q
	p.All, p.Matching = len(f.jobs.rows), len(f.jobs.rows)
	p.States = map[contract.JobState]int{contract.JobIdle: 12345}
	p.Actors, p.Tags = []contract.Choice{{Value: "shell", Jobs: 6}}, []contract.Choice{{Value: hostile, Jobs: 1}}
	if q.Search == "nothing" {
		p.Matching = 0
		return p, nil
	}
	p.Items, p.Next, p.Previous = f.jobs.rows, "next", q.After
	return p, nil
}

func (f *fake) JobsSelected(_ context.Context, filter contract.JobFilter) ([]contract.JobBrief, error) {
	f.jobs.filter = filter
	var out []contract.JobBrief
	for _, r := range f.jobs.rows {
		out = append(out, briefOf(r))
	}
	return out, nil
}

func briefOf(r contract.JobRow) contract.JobBrief {
	return contract.JobBrief{Name: r.Name, State: r.State, Disabled: r.Disabled, Paused: !r.Enabled, Running: r.Running}
}

func (f *fake) JobsNamed(_ context.Context, names []string) ([]contract.JobBrief, error) {
	var out []contract.JobBrief
	for _, n := range names {
		j := contract.JobBrief{Name: n}
		for _, r := range f.jobs.rows {
			if r.Name == n {
				j = briefOf(r)
			}
		}
		out = append(out, j)
	}
	return out, nil
}

func (f *fake) OrderJobs(ctx context.Context, do contract.JobAction, names []string) ([]contract.JobOutcome, error) {
	f.jobs.ordered = append(f.jobs.ordered, fmt.Sprintf("%s %s once=%s", do, strings.Join(names, " "), contract.OrderName(ctx)))
	all, _ := f.JobsNamed(ctx, names)
	var out []contract.JobOutcome
	for _, j := range all {
		out = append(out, contract.JobOutcome{Was: j, Refused: f.jobs.refused[j.Name]})
	}
	return out, nil
}

func TestJobsPage(t *testing.T) {
	s := newSite(t, everything())
	p := s.get("/jobs")
	got := text(p.byID(t, "jobs"))
	for _, want := range []string{
		"idle 12,345", "job-0", "running 2 at once", "running 1m30s ago for 1m30s", "at least 20 failures", "in 1h, 09:00 CET", "every day at 07:00 in Europe/Vienna",
		"none while the job is disabled", "has not run yet", "a slot was skipped since: overlap", "09:00 CET held by a question to a person every day", "none by the clock: it follows job-0", "session default", "1–7 of 7",
		hostile,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page does not say %q: %s", want, got)
		}
	}
	if strings.Contains(p.Body.String(), "<script>") {
		t.Error("a text of a job is markup")
	}
	strips := elements(p.doc, "svg")
	var said []string
	for _, svg := range strips {
		if label, ok := attribute(svg, "aria-label"); ok {
			said = append(said, label)
		}
	}
	if want := []string{
		"2 runs: 1 running, 1 succeeded; the newest: running",
		"9 runs: 1 queued, 1 running, 1 backing off, 1 held, 1 succeeded, 1 failed, 1 cancelled, 1 skipped, 1 stale; the newest: queued",
	}; !slices.Equal(said, want) {
		t.Errorf("the strips say %q", said)
	}
	var titles []string
	for _, title := range elements(strips[len(strips)-1].Parent.Parent.Parent, "title") {
		titles = append(titles, text(title))
	}
	if len(titles) > 0 && !strings.Contains(titles[0], "CET") {
		t.Errorf("titles are %q", titles)
	}
}

// TestJobsQuery: every member of the query reaches the question, and stays in the links; a wrong one is refused.
func TestJobsQuery(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	const all = "actor=shell&dir=down&disabled=true&failing=true&held=true&limit=3&managed_by=api&q=two+words&session=none&sort=last&state=idle&tag=a"
	p := s.get("/jobs?" + all + "&after=x")
	want := contract.JobsQuery{
		JobFilter: contract.JobFilter{
			State: "idle", Failing: true, Held: true, Disabled: true, Actor: "shell", Session: "none", Tag: "a", ManagedBy: "api", Search: "two words",
		},
		Sort: "last", Reverse: true, Limit: 3, After: "x", StripMax: contract.MaxStrip,
	}
	if f.jobs.asked != want {
		t.Errorf("asked for %+v, want %+v", f.jobs.asked, want)
	}
	links := map[string]string{}
	for _, a := range elements(p.doc, "a") {
		links[text(a)], _ = attribute(a, "href")
	}
	for name, to := range map[string]string{
		"Next page": "/jobs?actor=shell&after=next&" + strings.TrimPrefix(all, "actor=shell&"), "First page": "/jobs?" + all,
		"Previous page": "/jobs?actor=shell&before=x&" + strings.TrimPrefix(all, "actor=shell&"),
		"All 12,345":    "/jobs?" + strings.Replace(all, "&state=idle", "", 1),
		"Job":           "/jobs?" + strings.Replace(strings.Replace(all, "&sort=last", "", 1), "&dir=down", "", 1),
		"Last run ▲":    "/jobs?" + strings.Replace(all, "&dir=down", "", 1), "Clear": "/jobs",
	} {
		if links[name] != to {
			t.Errorf("%s leads to\n%s, want\n%s", name, links[name], to)
		}
	}
	for query, say := range map[string]string{
		"state=odd": `"odd" is not a valid state; known are idle, queued, running,`, "sort=odd": `"odd" is not a valid sort`, "dir=up": `"up" is not a valid dir`,
		"limit=101": "it is a number from 1 to 100", "held=perhaps": `held must be true or false, not "perhaps"`, "managed_by=me": `"me" is not a valid managed_by`,
		"q=" + strings.Repeat("x", 201): "q is not valid: it is a text of at most 200 bytes",
	} {
		if p := s.get("/jobs?" + query); p.Code != http.StatusBadRequest || !strings.Contains(text(p.doc), say) {
			t.Errorf("%s: %d %s", query, p.Code, text(p.doc))
		}
	}
}

func TestNoJobs(t *testing.T) {
	s := newSite(t, &fake{})
	if got := text(s.get("/jobs").byID(t, "jobs")); !strings.Contains(got, "There are no jobs yet") || !strings.Contains(got, "curfew check") {
		t.Errorf("%s", got)
	}
	s.lint("/jobs without jobs", s.get("/jobs"))
	if got := text(newSite(t, everything()).get("/jobs?q=nothing").byID(t, "jobs")); !strings.Contains(got, "No job matches. Show all jobs") {
		t.Errorf("%s", got)
	}
}

// TestJobOrders: what a form orders, and what is said of it.
func TestJobOrders(t *testing.T) {
	for _, tt := range []struct {
		name, form string
		ordered    string // empty: nothing
		to         string // where the browser goes; empty: a page
		says       string
	}{
		{"one, by its button", "one=pause+job-0&once=o1&back=/jobs?q=a", "pause job-0 once=o1", "/jobs?q=a", "Job job-0 was paused"},
		{"one, by its box", "do=cancel&job=job-0&once=o", "cancel job-0 once=o", "/jobs", "The runs of job job-0 were cancelled"},
		{"one that is paused already", "one=pause+job-4", "pause job-4 once=", "", "was not paused: it was removed"},
		{"none", "do=run", "", "/jobs", "No job was selected"},
		{"nothing", "scope=all", "", "/jobs", ""},
		{"several", "do=pause&job=job-0&job=job-5", "", "", "Pause 2 jobs? Nothing has been done yet."},
		{"the page", "do=run&scope=page&page=job-0&page=job-4&job=job-1", "", "", "a run is made, and held until the job is resumed"},
		{"all that match", "do=resume&scope=all&filter=" + url.QueryEscape("q=x&failing=true"), "", "", "Resume 7 jobs? The order would change nothing. Go back"},
		{"confirmed", "do=pause&confirmed=yes&jobs=job-0+job-5&once=o", "pause job-0 job-5 once=o", "/jobs", "All 2 jobs were paused."},
		{"in part", "do=resume&confirmed=yes&jobs=job-4+job-5+gone", "resume job-4 job-5 gone once=", "", "0 of 3 jobs were resumed; 1 was not paused; 2 could not be."},
		{"an unknown order", "do=burn&job=a", "", "", `"burn" is not a valid order`},
		{"an unknown scope", "do=run&scope=some", "", "", `"some" is not a valid scope`},
		{"a filter that cannot be read", "do=run&scope=all&filter=%25zz", "", "", "the filter cannot be read"},
		{"a filter with a wrong value", "do=run&scope=all&filter=state%3Dodd", "", "", `"odd" is not a valid state`},
		{"too many", "do=run&confirmed=yes&jobs=" + strings.Repeat("a+", contract.MaxJobsOrder+1), "", "", "about 1001 jobs, and at most 1000 are allowed"},
		{"back elsewhere", "one=run+job-0&back=//evil.example", "run job-0 once=", "/jobs", "Job job-0 was asked to run."},
	} {
		f := everything()
		f.jobs.refused = map[string]string{"gone": "there is no such job any more", "job-4": "it was removed"}
		s := newSite(t, f)
		form, err := url.ParseQuery(tt.form)
		if err != nil {
			t.Fatal(err)
		}
		p := s.post("/jobs", form)
		if got := strings.Join(f.jobs.ordered, "; "); got != tt.ordered {
			t.Errorf("%s: ordered %q, want %q", tt.name, got, tt.ordered)
		}
		if to := p.Header().Get("Location"); to != tt.to {
			t.Errorf("%s: goes on to %q, want %q", tt.name, to, tt.to)
		}
		if tt.to != "" {
			p = s.get("/jobs", func(r *http.Request) *http.Request {
				for _, c := range p.Result().Cookies() {
					r.AddCookie(c)
				}
				return r
			})
		}
		if got := text(p.doc); !strings.Contains(got, tt.says) {
			t.Errorf("%s: says\n%s\nwant %q in it", tt.name, got, tt.says)
		}
		s.lint(tt.name, p)
	}
}

// TestManyJobsAreSaid: a number of jobs with a comma in it comes through the cookie.
func TestManyJobsAreSaid(t *testing.T) {
	f := &fake{}
	var names []string
	for i := range contract.MaxJobsOrder {
		names = append(names, fmt.Sprintf("job-%d", i))
		f.jobs.rows = append(f.jobs.rows, contract.JobRow{Job: contract.Job{Name: names[i], State: contract.JobIdle, Enabled: true}})
	}
	s := newSite(t, f)
	p := s.post("/jobs", url.Values{"do": {"pause"}, "confirmed": {"yes"}, "jobs": {strings.Join(names, " ")}})
	then := s.get("/jobs?q=nothing", func(r *http.Request) *http.Request {
		r.AddCookie(p.cookies()["curfew_said"])
		return r
	})
	if got := text(then.doc); !strings.Contains(got, "All 1,000 jobs were paused.") {
		t.Errorf("the page says %s", got)
	}
	f.jobs.rows = append(f.jobs.rows, f.jobs.rows[0])
	if got := text(s.get("/jobs").byID(t, "scope")); !strings.HasSuffix(got, "all 1,001 jobs: too many for one order") {
		t.Errorf("more than an order can be about: %s", got)
	}
}

// TestAllThatMatch: the confirmation names every job and what happens to it, and orders exactly those.
func TestAllThatMatch(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	p := s.post("/jobs", url.Values{"do": {"pause"}, "scope": {"all"}, "filter": {"session=default&q=re port"}, "back": {"/jobs?q=re+port"}})
	if f.jobs.filter != (contract.JobFilter{Session: "default", Search: "re port"}) {
		t.Errorf("the filter is %+v", f.jobs.filter)
	}
	got := text(p.doc)
	for _, r := range f.jobs.rows {
		if !strings.Contains(got, r.Name) {
			t.Errorf("%s is not named in %s", r.Name, got)
		}
	}
	form := url.Values{}
	for _, in := range elements(p.doc, "input", "button") {
		name, _ := attribute(in, "name")
		value, _ := attribute(in, "value")
		if name != "zone" && name != "theme" && name != "" {
			form.Set(name, value)
		}
	}
	if len(f.jobs.ordered) != 0 {
		t.Errorf("ordered %q before it was confirmed", f.jobs.ordered)
	}
	done := s.post("/jobs", form)
	var names []string
	for _, r := range f.jobs.rows {
		names = append(names, r.Name)
	}
	if want := "pause " + strings.Join(names, " ") + " once=" + form.Get("once"); len(f.jobs.ordered) != 1 || f.jobs.ordered[0] != want || form.Get("once") == "" {
		t.Errorf("ordered %q, want %q", f.jobs.ordered, want)
	}
	if to := done.Header().Get("Location"); to != "/jobs?q=re+port" {
		t.Errorf("goes on to %q: %s", to, done.Body)
	}
}

// TestReadersJobs: who may only look sees the jobs, and no box, order or form that gives one.
func TestReadersJobs(t *testing.T) {
	s := newSite(t, everything())
	if got := text(s.get("/jobs").doc); !strings.Contains(got, "Runs of all jobs · New job") {
		t.Errorf("no way to a new job: %s", got)
	}
	p := s.get("/jobs", reader)
	if strings.Contains(text(p.doc), "New job") {
		t.Error("a reader is shown the way to a new job")
	}
	section := p.byID(t, "jobs")
	if all := elements(section, "form", "button", "input"); len(all) != 0 {
		t.Errorf("%v", slices.Collect(func(yield func(string) bool) {
			for _, n := range all {
				if !yield(render(n)) {
					return
				}
			}
		}))
	}
	if !strings.Contains(text(section), "job-0") {
		t.Error("the jobs are not there")
	}
}

func render(n *html.Node) string {
	var b strings.Builder
	_ = html.Render(&b, n)
	return b.String()
}
