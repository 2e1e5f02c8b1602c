package web_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"curfew/internal/contract"
	"curfew/messages"
)

func (f *fake) Overview(context.Context, contract.OverviewQuery) (contract.Overview, error) {
	o := f.overview
	o.Sessions = f.sessions
	o.Counts.Sessions = max(o.Counts.Sessions, len(f.sessions))
	o.Timeline.Now = messages.At(now)
	o.Timeline.From, o.Timeline.To = o.Timeline.Now.Add(-24*time.Hour), o.Timeline.Now.Add(24*time.Hour)
	return o, nil
}

func (f *fake) Spending(_ context.Context, days []messages.Instant) (contract.Spending, error) {
	s := f.spending
	for _, d := range days {
		s.Days = append(s.Days, contract.DaySpending{Begins: d})
	}
	if len(f.spending.Jobs) > 0 {
		today := &s.Days[len(days)-1]
		today.Total = messages.Usage{Calls: 12, InputTokens: 34567, OutputTokens: 890}
		today.Sessions = []contract.SessionSpending{{Session: "", Usage: messages.Usage{Calls: 1}}, {Session: "default", Usage: today.Total}}
		s.Days[0].Total = messages.Usage{Calls: 1, InputTokens: 100}
		s.Days[0].Sessions = []contract.SessionSpending{{Session: "default", Usage: s.Days[0].Total}}
	}
	return s, nil
}

func (f *fake) Login(_ context.Context, session string, l contract.Login) (contract.SessionChange, error) {
	return f.login(session, l)
}

const longName = "a-job-with-a-name-that-is-as-long-as-names-may-be-63-letters-xx"

// hoursFrom is an instant some hours from now.
func hoursFrom(h float64) messages.Instant {
	return messages.At(now.Add(time.Duration(h * float64(time.Hour))))
}

// busy is an overview with something of all kinds.
func busy() contract.Overview {
	run := func(id string, from, to float64, s messages.Status) contract.TimelineRun {
		r := contract.TimelineRun{ID: messages.RunID(id), Status: s, Start: hoursFrom(from)}
		if to != 0 {
			r.End = hoursFrom(to)
		}
		return r
	}
	session := "default"
	return contract.Overview{
		Status: contract.Status{
			Why: contract.OrNull("the disk is full"), Counts: contract.Counts{Jobs: 12345, Failing: 30, Running: 1, Held: 4, Paused: 2},
			Failing: []contract.FailingJob{{Job: longName, Session: &session, Holds: []messages.Hold{messages.HoldSession}, Failing: contract.Failing{
				Since: hoursFrom(-30), Run: "r1", Runs: 7, AtLeast: true, Error: contract.OrNull("no <b>paper</b>"),
			}}},
			Running:     []contract.RunningAttempt{{Job: "report", Run: "r2", Attempt: 2, Since: hoursFrom(-0.1)}},
			Next:        []contract.DueJob{{Job: "backup", Slot: hoursFrom(0.5)}, {Job: longName, Slot: hoursFrom(20), Holds: []messages.Hold{messages.HoldNode}}},
			Undelivered: []contract.Undelivered{{Session: &session, Notice: messages.NoticeSessionClosed}},
			ConfigError: contract.OrNull("jobs.yaml:4:5: unknown key"),
		},
		Notes: []string{"the clock was set back by 1h0m0s"},
		Timeline: contract.Timeline{
			Known: hoursFrom(-20),
			Rows: []contract.TimelineRow{
				{
					Job: longName, Session: "default", Timezone: "Europe/Vienna", Failing: true, Known: hoursFrom(-22),
					Runs: []contract.TimelineRun{
						run("a", -12, -11, messages.StatusSucceeded), run("b", -11, -10.9, messages.StatusSucceeded), run("c", -5, -4, messages.StatusFailed),
						run("d", -3, -2.5, messages.StatusCancelled), run("e", -1, 0, messages.StatusHeld),
					},
					Slots: []messages.Instant{hoursFrom(20)},
				},
				{Job: "every-second", Timezone: "Europe/Vienna", Slots: []messages.Instant{hoursFrom(0.001)}, Bands: []contract.Band{{From: hoursFrom(0.25), To: hoursFrom(24)}}},
				{Job: "paused", Timezone: "Europe/Vienna", Paused: true},
				{Job: "report", Timezone: "Europe/Vienna", Runs: []contract.TimelineRun{run("r2", -0.1, 0, messages.StatusRunning)}},
			},
			Outages: []contract.Outage{
				{Session: "default", State: messages.StateClosed, Reason: "401 <i>", From: hoursFrom(-8), To: hoursFrom(-6)},
				{Session: "default", State: messages.StateClosed, Reason: messages.ReasonQuota, From: hoursFrom(-6), To: hoursFrom(-5)},
				{Session: "default", State: messages.StateProbing, From: hoursFrom(-5)},
			},
		},
	}
}

// classes are the classes of the elements of a kind in a part of a page.
func classes(n *html.Node, kind string) (all []string) {
	for _, e := range elements(n, kind) {
		c, _ := attribute(e, "class")
		all = append(all, c)
	}
	return all
}

// TestOverview: everything that there is stands on the page, with links to what it is about.
func TestOverview(t *testing.T) {
	f := everything()
	f.spending.Known = hoursFrom(-24)
	f.spending.Jobs = []contract.JobSpending{{Job: "report", Usage: messages.Usage{Calls: 11, InputTokens: 3456, OutputTokens: 78}}}
	p := newSite(t, f).get("/")
	for id, wants := range map[string][]string{
		"not-ready": {"The daemon is not ready: the disk is full"},
		"sessions":  {"a notification about session default is undelivered", "the clock was set back by 1h0m0s", "the job file: jobs.yaml:4:5: unknown key; the next start will fail", "default is open, 3 jobs"},
		"tiles":     {"12,345 jobs", "30 failing", "1 running", "4 held", "2 paused"},
		"failing":   {longName + " at least 7 failures", "since before 2027-01-14 02:00 CET", "now held by session default; the last error was no <b>paper</b>", "and 29 more jobs"},
		"running":   {"report", "report for 6m", "attempt 2"},
		"next":      {"backup", "07:30 UTC in 30m", "2027-01-16 04:00 CET in 20h held by the lack of a node"},
		"timeline": {
			"Europe/Vienna", "What sessions did before 2027-01-14 12:00 CET is not known.", "These are 4 of 12,345 jobs",
			"5 runs: 1 held, 2 succeeded, 1 failed, 1 cancelled, and older ones that are not remembered", "more than 1 slot", "no run", "1 run: 1 running",
			"closed", "401 <i>", "2h", "it goes on", longName + ": 2 runs succeeded, 2027-01-14 20:00 to 2027-01-14 21:06 CET",
			longName + ": failed, 03:00 CET, over after 1h", "report: running, for 6m", "every-second: many slots, 08:15 to 2027-01-16 08:00 CET",
		},
		"spending": {"34,567", "890", "keys of jobs' own", "In, 7 days before", "100", "report", "Counted since 2027-01-14 08:00 CET; what was spent before is not known.", "in money is not known"},
	} {
		part := text(p.byID(t, id))
		for _, want := range wants {
			if !strings.Contains(part, want) {
				t.Errorf("%s does not say %q: %s", id, want, part)
			}
		}
	}
	for _, want := range []string{"bar bad", "bar good", "bar busy", "bar care", "bar quiet", "shade closed", "shade quota", "shade probing", "shade unknown", "band"} {
		if !slices.Contains(classes(p.byID(t, "timeline"), "rect"), want) {
			t.Errorf("nothing is drawn as %s", want)
		}
	}
	for _, want := range []string{"/jobs/" + longName, "/runs/r1", "/runs/r2", "/jobs?failing=true", "/jobs?held=true", "/runs/c"} {
		if !strings.Contains(p.Body.String(), `href="`+want+`"`) {
			t.Errorf("nothing leads to %s", want)
		}
	}
}

// TestOverviewOfNothing: a daemon without jobs says what to do, and draws nothing.
func TestOverviewOfNothing(t *testing.T) {
	f := &fake{overview: contract.Overview{Status: contract.Status{Ready: true}, Timeline: contract.Timeline{All: true}}, sessions: []contract.Session{{Name: "default", State: messages.StateOpen}}}
	s := newSite(t, f)
	p := s.get("/")
	s.lint("/", p)
	if text := text(p.doc); !strings.Contains(text, "There is no job yet.") || !strings.Contains(text, "No job fails.") ||
		!strings.Contains(text, "Nothing runs.") || !strings.Contains(text, "No slot lies ahead.") || !strings.Contains(text, "No model was called") {
		t.Errorf("it says %s", text)
	}
	if rows := elements(p.byID(t, "timeline"), "rect"); len(rows) > 0 {
		t.Errorf("%d boxes are drawn", len(rows))
	}
	if _, hidden := attribute(p.byID(t, "not-ready"), "hidden"); !hidden {
		t.Error("a daemon that works is said not to be ready")
	}
}

// TestOverviewIsBounded: the page of a daemon with as much as a page may get is not long.
func TestOverviewIsBounded(t *testing.T) {
	o := busy()
	o.Counts.Jobs, o.Timeline.Rows = 10_000, nil
	for n := range contract.MaxTimelineRows {
		row := contract.TimelineRow{Job: fmt.Sprintf("%02d-%s", n, longName[3:]), Session: "default", Timezone: "UTC"}
		for m := range contract.MaxTimelineRuns {
			row.Runs = append(row.Runs, contract.TimelineRun{ID: "0123456789abcdef", Status: messages.StatusSucceeded, Start: hoursFrom(-24 + float64(m)*0.024), End: hoursFrom(-24 + float64(m)*0.024)})
		}
		for m := range contract.MaxTimelineSlots {
			row.Slots = append(row.Slots, hoursFrom(float64(m)*0.7))
		}
		o.Timeline.Rows = append(o.Timeline.Rows, row)
	}
	p := newSite(t, &fake{overview: o}).get("/")
	if p.Code != http.StatusOK || p.Body.Len() > 700_000 {
		t.Errorf("%d, %d bytes", p.Code, p.Body.Len())
	}
}

// TestOverviewZones: the axis is in the zone of the jobs, that of the browser, or UTC; the day on which the clock is set
// is as long as it is.
func TestOverviewZones(t *testing.T) {
	f := &fake{overview: busy()}
	s := newSite(t, f)
	browser := cookie("curfew_browser_zone", "Asia%2FKathmandu")
	mixed := busy()
	mixed.Timeline.Rows[0].Timezone = "Asia/Tokyo"
	for name, tt := range map[string]struct {
		overview contract.Overview
		how      []asking
		want     string
	}{
		"jobs in one zone": {busy(), nil, "Europe/Vienna"},
		"jobs in two":      {mixed, nil, "UTC"},
		"browser":          {busy(), []asking{cookie("curfew_zone", "browser"), browser}, "Asia/Kathmandu"},
		"utc":              {busy(), []asking{cookie("curfew_zone", "utc"), browser}, "UTC"},
	} {
		f.overview = tt.overview
		p := s.get("/", tt.how...)
		if head := text(p.byID(t, "timeline")); !strings.HasPrefix(head, "A day back and a day ahead "+tt.want) {
			t.Errorf("%s: %s", name, head)
		}
		if spent := text(p.byID(t, "spending")); !strings.Contains(spent, "by days of "+tt.want) {
			t.Errorf("%s: %s", name, spent)
		}
	}
}

// gate is the banner of a session as it is read.
func gate(t *testing.T, s contract.Session, help contract.SignInHelp, how ...asking) string {
	t.Helper()
	f := &fake{sessions: []contract.Session{s}, overview: contract.Overview{Status: contract.Status{Ready: true}, SignIns: []contract.SignInHelp{help}}}
	site := newSite(t, f)
	p := site.get("/", how...)
	site.lint("/", p)
	return text(p.byID(t, "sessions"))
}

// TestBanners: what is said of a session in every state of its gate.
func TestBanners(t *testing.T) {
	str := contract.OrNull[string]
	base := contract.Session{Name: "default", Jobs: 3, Since: hoursFrom(-1), Circuit: "closed", Backend: str("https://api.example.com")}
	with := func(change func(*contract.Session)) contract.Session {
		s := base
		s.State = messages.StateClosed
		s.Reason, s.Source = str("401 expired"), str("agent")
		change(&s)
		return s
	}
	form := "Sign in Token Sign in Take it even if it looks expired, or was refused before It is sent once, and kept by the daemon alone."
	for name, tt := range map[string]struct {
		s    contract.Session
		help contract.SignInHelp
		want string
		how  []asking
	}{
		"open": {with(func(s *contract.Session) { s.State, s.Reason = messages.StateOpen, nil }), contract.SignInHelp{}, "default is open, 3 jobs", nil},
		"closed": {
			with(func(s *contract.Session) { s.Held = 4 }),
			contract.SignInHelp{},
			"Session default is closed since 06:00 UTC 4 runs held Agent says that its sign-in has expired. What was reported by agent401 expired " + form, nil,
		},
		"closed, for a reader": {
			with(func(*contract.Session) {}),
			contract.SignInHelp{},
			"Session default is closed since 06:00 UTC Agent says that its sign-in has expired. What was reported by agent401 expired You may look, and change nothing: somebody else has to sign in.",
			[]asking{reader},
		},
		"closed, with a probe and an address": {
			with(func(*contract.Session) {}),
			contract.SignInHelp{Probe: true, URL: "https://app.example.com/login"},
			"Session default is closed since 06:00 UTC Agent says that its sign-in has expired. What was reported by agent401 expired Sign in Token Sign in Ask the backend first Take it even if it looks expired, or was refused before There is a token at https://app.example.com/login. It is sent once, and kept by the daemon alone.", nil,
		},
		"ends before jobs": {with(func(s *contract.Session) {
			s.State, s.Reason, s.ExpiresAt = messages.StateOpen, nil, hoursFrom(-1.0/3)
			s.AtRisk = []contract.DueJob{{Job: "a", Slot: hoursFrom(1)}, {Job: "b", Slot: hoursFrom(2)}, {Job: "c", Slot: hoursFrom(3)}, {Job: "d", Slot: hoursFrom(4)}}
		}), contract.SignInHelp{}, "Session default is open since 06:00 UTC session default ends at 06:40 UTC, 20m ago, before 4 jobs (a 08:00 UTC, b 09:00 UTC, c 10:00 UTC, …) " + form, nil},
		"probing": {with(func(s *contract.Session) {
			s.State, s.FirstRun = messages.StateProbing, &contract.FirstRun{Job: "brief", Slot: hoursFrom(2)}
		}), contract.SignInHelp{}, "Session default is probing since 06:00 UTC Waits for its first run at 09:00 UTC: brief.", nil},
		"probing, its first run is running": {
			with(func(s *contract.Session) {
				s.State, s.FirstRun = messages.StateProbing, &contract.FirstRun{Job: "brief"}
			}),
			contract.SignInHelp{},
			"Session default is probing since 06:00 UTC Its first run is running: brief.", nil,
		},
		"quota": {
			with(func(s *contract.Session) { s.Reason, s.Until = str("quota"), hoursFrom(2) }),
			contract.SignInHelp{},
			"Session default is closed since 06:00 UTC Its quota is used up. session default is out of quota; Curfew tries again at 09:00 UTC, in 2h", nil,
		},
		"circuit": {
			with(func(s *contract.Session) { s.State, s.Reason, s.Circuit = messages.StateOpen, nil, "open" }),
			contract.SignInHelp{},
			"Session default is open since 06:00 UTC the backend of session default does not answer; its jobs wait, and one of them tries from time to time", nil,
		},
		"refresh fails": {
			with(func(s *contract.Session) {
				s.State, s.Reason, s.RefreshError = messages.StateOpen, nil, str("exit status 1")
			}),
			contract.SignInHelp{},
			"Session default is open since 06:00 UTC session default: its refresh fails, so it gets no new token: exit status 1 " + form, nil,
		},
		"an agent CLI": {
			with(func(s *contract.Session) {
				s.Backend, s.Watched, s.SignIn = nil, []string{"/home/ada/.claude/.credentials.json"}, "sign in with `claude auth login`"
			}),
			contract.SignInHelp{},
			"Session default is closed since 06:00 UTC Agent says that its sign-in has expired. What was reported by agent401 expired To open it, sign in with claude auth login. Curfew notices the sign-in by itself, by /home/ada/.claude/.credentials.json. Sign in The session keeps no token; its next run shows whether the sign-in works. I have signed in", nil,
		},
	} {
		if got := gate(t, tt.s, tt.help, tt.how...); got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, tt.want)
		}
	}
}
