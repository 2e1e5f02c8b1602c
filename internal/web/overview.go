package web

import (
	"slices"
	"time"

	"curfew/internal/contract"
	"curfew/internal/words"
)

// The timeline of the first page.
const (
	timelineBack  = 24 * time.Hour
	timelineAhead = 24 * time.Hour
)

// shownNext is how many slots the first page shows.
const shownNext = 10

// overview is the first page. Under the path of a session it is the same page, with the place to sign in open.
func overview() section {
	return section{
		pages: []page{overviewPage, {path: "/sessions/{name}/sign-in", view: "overview", place: "/", ask: askLogin}},
		orders: []order{
			{path: "/sessions/{name}/sign-in", do: logIn},
		},
		said: map[string]string{
			"signed-in":       "Session %s has a new sign-in. Its first run shows whether it works.",
			"signed-in-open":  "Session %s is open.",
			"signed-in-again": "Session %s has that sign-in already; nothing changed.",
		},
	}
}

var overviewPage = page{path: "/{$}", view: "overview", place: "/", ask: func(v *visit) (answer, error) {
	return v.overview(login{})
}}

// overviewModel is what the page shows.
type overviewModel struct {
	Now      string // for the script, which lets times go on
	NotReady string // why the daemon does not work; empty: it does
	Notes    []string
	Banners  []banner    // sessions that people should know about
	Open     []openGate  // the others
	MoreOpen string      // a text about sessions that are not shown; empty: there are none
	Tiles    []tile      // numbers
	Failing  failingPart // jobs
	Running  runningPart // attempts
	Next     []nextRow
	Time     timelineModel
	Spending spendingModel
	NoJobs   bool
}

// A tile is a number with a link to what it counts.
type tile struct {
	Number, Text string
	Link         string // empty: it leads nowhere
	Tone         string
}

type failingPart struct {
	Rows []failingRow
	More string // a text about those that are not shown; empty: there are none
}

// failingRow is a job that fails.
type failingRow struct {
	Job, JobLink, RunLink string
	Runs                  string
	Since                 moment
	Before                bool // it began before that
	Error                 string
	HeldBy                string // what keeps it from running now; empty: nothing does
}

type runningPart struct {
	Rows []runningRow
	More string
}

// runningRow is an attempt that runs.
type runningRow struct {
	Job, JobLink, RunLink string
	Attempt               int
	Since                 moment
	For                   string
}

// nextRow is a slot that lies ahead.
type nextRow struct {
	Job, JobLink string
	At           moment
	HeldBy       string // as things are; empty: nothing holds it
}

// overview is the page, with what became of a sign-in.
func (v *visit) overview(s login) (answer, error) {
	all, err := v.Views.Overview(v.ctx, contract.OverviewQuery{Back: timelineBack, Ahead: timelineAhead})
	if err != nil {
		return answer{}, err
	}
	zone := v.zoneOf(all.Timeline)
	days := daysBefore(v.clock.now, zone, spendingDays)
	spent, err := v.Views.Spending(v.ctx, days)
	if err != nil {
		return answer{}, err
	}
	m := overviewModel{
		Now: v.moment(all.Timeline.Now, "").ISO, Notes: notes(all), Tiles: tiles(all.Counts), Failing: v.failing(all), Running: v.running(all),
		Next: v.next(all), NoJobs: all.Counts.Jobs == 0, Time: v.timeline(all.Timeline, zone, all.Counts.Jobs), Spending: v.spending(spent, zone),
	}
	if !all.Ready {
		m.NotReady = deref(all.Why)
	}
	m.Banners, m.Open = v.gates(all, s)
	if more := all.Counts.Sessions - len(all.Sessions); more > 0 {
		m.MoreOpen = count(more, "more session")
	}
	return answer{title: "Overview", model: m, status: s.status}, nil
}

// notes are what people should look at, the notifications that nobody has among them.
func notes(all contract.Overview) []string {
	notes := all.Notes
	if all.ConfigError != nil {
		notes = append(notes, "the job file: "+words.NotTaken(*all.ConfigError))
	}
	for _, u := range all.Undelivered {
		if text := u.String(); !slices.Contains(notes, text) {
			notes = append(notes, text)
		}
	}
	return notes
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

func tiles(c contract.Counts) []tile {
	all := []tile{
		{number(c.Jobs), plural(c.Jobs, "job"), "/jobs", ""},
		{number(c.Failing), "failing", "/jobs?failing=true", "bad"},
		{number(c.Running), "running", "/jobs?state=running", "busy"},
		{number(c.Held), "held", "/jobs?held=true", "care"},
		{number(c.Paused), "paused", "/jobs?state=paused", "quiet"},
	}
	for i, n := range []int{c.Jobs, c.Failing, c.Running, c.Held, c.Paused} {
		if n == 0 {
			all[i].Tone = ""
		}
	}
	return all
}

func plural(n int, what string) string {
	if n == 1 {
		return what
	}
	return what + "s"
}

func (v *visit) failing(all contract.Overview) (out failingPart) {
	for _, f := range all.Failing {
		out.Rows = append(out.Rows, failingRow{
			Job: f.Job, JobLink: jobLink(f.Job), RunLink: runLink(f.Run), Runs: words.Failures(&f.Failing),
			Since: v.moment(f.Since, zoneNamed(all.Timeline, f.Job)), Before: f.AtLeast, Error: deref(f.Error), HeldBy: words.HeldBy(f.Holds, f.Session),
		})
	}
	out.More = moreOf(all.Counts.Failing, len(all.Failing), "job")
	return out
}

func (v *visit) running(all contract.Overview) (out runningPart) {
	for _, a := range all.Running {
		out.Rows = append(out.Rows, runningRow{
			Job: a.Job, JobLink: jobLink(a.Job), RunLink: runLink(a.Run), Attempt: a.Attempt,
			Since: v.moment(a.Since, zoneNamed(all.Timeline, a.Job)), For: span(v.clock.now.Sub(a.Since.Time())),
		})
	}
	out.More = moreOf(all.Counts.Running, len(all.Running), "attempt")
	return out
}

// moreOf says how many more there are; empty: there are none.
func moreOf(all, shown int, what string) string {
	if all <= shown {
		return ""
	}
	return "and " + count(all-shown, "more "+what)
}

func (v *visit) next(all contract.Overview) (rows []nextRow) {
	for _, d := range all.Next[:min(len(all.Next), shownNext)] {
		rows = append(rows, nextRow{
			Job: d.Job, JobLink: jobLink(d.Job), At: v.moment(d.Slot, zoneNamed(all.Timeline, d.Job)), HeldBy: words.HeldBy(d.Holds, d.Session),
		})
	}
	return rows
}
