package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// evil is a text that must not become markup.
const evil = `<script>alert("x")</script>&amp;`

// jobs answers what the page of a job asks: of jobs a (of the file), made (of the API) and empty (no run).
type jobs struct {
	contract.Backend
	contract.Views

	runs    int
	version string
	text    string // of made
	gone    bool
	orders  []string
}

func aJob(name string) contract.JobDetails {
	next := messages.At(now.Add(time.Hour))
	return contract.JobDetails{
		Job: contract.Job{
			Name: name, Actor: "agent", Schedule: "30 2 * * *", Timezone: "Europe/Vienna", Enabled: true, State: contract.JobHeld, NextSlot: next,
			Session: contract.OrNull("default"), Title: contract.OrNull(evil), Description: contract.OrNull(evil), Tags: []string{evil}, ScheduleText: "every day at 02:30",
			Overlap: messages.OverlapSkip, Parallel: 1, ManagedBy: messages.ManagedByFile, Version: "v1", Failing: &contract.Failing{Since: next, Runs: 3, Error: contract.OrNull(evil)},
			LastRun:     &contract.LastRun{ID: "r1", Status: messages.StatusFailed},
			LastSkipped: &contract.LastSkipped{Slot: next, Reason: messages.SkipPaused},
		},
		Definition: "name: " + name + "\ntitle: '" + evil + "'\n", Place: "jobs.yaml:12", Doubts: []contract.Fault{{Location: "jobs.yaml:12:3", Message: evil}},
		Next:    []contract.Slot{{At: next, Note: "made up for: the clock goes from 02:00 to 03:00"}, {At: next.Add(24 * time.Hour)}},
		Holds:   []contract.HeldRun{{Run: "r9", Slot: next, Status: messages.StatusHeld, Holds: []messages.Hold{messages.HoldSession, messages.HoldAsk}}},
		Waiting: 3, Gate: &contract.Session{Name: "default", State: messages.StateClosed, Reason: contract.OrNull("expired")},
		Chain:     &contract.JobFollows{Job: "before", On: messages.AfterSuccess, Known: true},
		Followers: []contract.JobFollows{{Job: "behind", On: messages.AfterAny, Known: true}},
	}
}

func (f *jobs) JobDetails(_ context.Context, name string) (contract.JobDetails, error) {
	d := aJob(name)
	switch name {
	case "a":
	case "made":
		d.ManagedBy, d.Version, d.Session, d.Gate = messages.ManagedByAPI, f.version, nil, nil
	case "empty":
		d = contract.JobDetails{Job: contract.Job{Name: name, Timezone: "UTC", State: contract.JobPaused, ManagedBy: messages.ManagedByFile, HistoryBehind: contract.OrNull[uint64](5000)}}
	default:
		return d, contract.NotFound("there is no job %q", name)
	}
	return d, nil
}

func (f *jobs) ShutSessions(context.Context, int) ([]contract.Session, int, error) {
	return nil, 0, nil
}

func (f *jobs) Job(ctx context.Context, name string) (contract.Job, error) {
	d, err := f.JobDetails(ctx, name)
	return d.Job, err
}

func (f *jobs) JobText(_ context.Context, name string) (text, version string, err error) {
	switch {
	case name == "a":
		return "", "", contract.Conflict("job a comes from the job file (jobs.yaml:12)")
	case name != "made" || f.gone:
		return "", "", contract.NotFound("there is no job %q", name)
	}
	return f.text, f.version, nil
}

// set judges a text as the backend does, in short.
func (f *jobs) set(ctx context.Context, name string, raw contract.JobText) (out contract.JobSet, err error) {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return out, err
	}
	there := name == "made" && !f.gone
	switch {
	case contract.MustBeNew(ctx) && there, !there && contract.Condition(ctx) != "", there && !contract.Condition(ctx).Allows(f.version):
		return out, contract.Changed("job %q has another version", name)
	case strings.Contains(text, "61 "):
		err := contract.Refused("the job is not valid")
		err.Faults = []contract.Fault{{Location: "body.schedule", Message: "job " + name + ":2:11: minute 61 " + evil}}
		return out, err
	}
	out.Created = !there
	if text != f.text {
		out.Diff = []contract.Difference{{Key: "schedule", Was: json.RawMessage(`"@daily"`), Is: json.RawMessage(`"` + evil + `"`)}}
	}
	out.Job = aJob(name).Job
	out.Warnings = []contract.Fault{{Location: "job made:2:1", Message: evil}}
	return out, nil
}

func (f *jobs) PreviewJob(ctx context.Context, name string, text contract.JobText) (contract.JobPreview, error) {
	set, err := f.set(ctx, name, text)
	return contract.JobPreview{JobSet: set, Words: "every day", Next: aJob(name).Next}, err
}

func (f *jobs) SetJob(ctx context.Context, name string, s contract.SetJob) (contract.JobSet, error) {
	set, err := f.set(ctx, name, s.Text)
	if err == nil {
		set.Changed = len(set.Diff) > 0
		f.orders = append(f.orders, "set "+name)
	}
	return set, err
}

func (f *jobs) note(ctx context.Context, order, name string) {
	f.orders = append(f.orders, fmt.Sprintf("%s %s by %s once %q if %s", order, name, contract.Caller(ctx), contract.OrderName(ctx), contract.Condition(ctx)))
}

func (f *jobs) RunNow(ctx context.Context, job string) (contract.RunAccepted, error) {
	f.note(ctx, "run", job)
	return contract.RunAccepted{Run: "r7"}, nil
}

func (f *jobs) Pause(ctx context.Context, job string) (contract.Job, error) {
	f.note(ctx, "pause", job)
	return contract.Job{}, nil
}

func (f *jobs) Cancel(context.Context, string) (contract.Job, error) {
	return contract.Job{}, contract.NotFound("there is no job")
}

func (f *jobs) RemoveJob(ctx context.Context, job string) (contract.JobRemoved, error) {
	f.note(ctx, "remove", job)
	return contract.JobRemoved{}, nil
}

func (f *jobs) TakeFromFile(ctx context.Context, job string, from contract.FromFile) (contract.JobSet, error) {
	if !from.DryRun {
		f.note(ctx, "take", job)
	}
	return contract.JobSet{Diff: []contract.Difference{{Key: evil, Was: json.RawMessage("null"), Is: json.RawMessage(`1`)}}}, nil
}

func (f *jobs) CountBackfill(_ context.Context, _ string, b contract.Backfill) (contract.BackfillSlots, error) {
	if b.To < b.From {
		return contract.BackfillSlots{}, contract.Refused("to is before from")
	}
	return contract.BackfillSlots{Count: 1234, AtLeast: true, First: b.From, Last: b.To}, nil
}

func (f *jobs) Backfill(_ context.Context, job string, b contract.Backfill) (contract.BackfillAccepted, error) {
	f.orders = append(f.orders, fmt.Sprintf("backfill %s %v %v %v", job, b.From, b.To, b.Fold))
	return contract.BackfillAccepted{Slots: 3, Runs: []messages.RunID{"r1", "r2", "r3"}}, nil
}

func (f *jobs) Explain(_ context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	cause := uint64(11)
	return explain.Explanation{
		Job: q.Job, Slot: messages.At(now), Run: contract.OrNull(messages.RunID("r1")), Status: contract.OrNull(messages.StatusFailed), Verdict: evil + q.At.String() + string(q.Run), Now: "Nothing of the job starts now: " + evil,
		Timezone: "Europe/Vienna", Near: explain.Near{Before: messages.At(now.Add(-time.Hour)), After: messages.At(now.Add(time.Hour))}, Omitted: 7,
		Chain: []explain.Link{
			{Seq: 11, At: messages.At(now), Kind: messages.KindFact, Name: "slots.due.v1", Text: evil},
			{Seq: 12, At: messages.At(now), Kind: messages.KindDecision, Name: "run.queued.v1", Text: "a run is made", Cause: &cause},
		},
	}, nil
}

func (f *jobs) Runs(_ context.Context, q contract.RunQuery) (contract.RunList, error) {
	var items []contract.Run
	next := ""
	f.orders = append(f.orders, fmt.Sprintf("runs %q %v %v", q.Status, q.Since, q.Until))
	for i := range min(f.runs, q.Limit) {
		started := messages.At(now.Add(-time.Duration(i) * time.Hour))
		items = append(items, contract.Run{
			ID: messages.RunID(fmt.Sprint("r", i)), Job: q.Job, Slot: started, Missed: i % 3, Trigger: messages.TriggerSchedule, Status: messages.StatusFailed,
			Reason: contract.OrNull(messages.FinishRetriesExhausted), AfterRun: &messages.Followed{Job: "before", Run: "p"},
			StartedAt: started, Attempts: []contract.Attempt{{
				Number: 1, StartedAt: started, FinishedAt: started.Add(3 * time.Second), Error: contract.OrNull(evil), Usage: &messages.Usage{Calls: 1, InputTokens: 4000},
			}},
		})
	}
	if f.runs > q.Limit {
		next = "more"
	}
	return contract.RunList{List: contract.ListOf(items, next)}, nil
}

func (f *jobs) JobSeries(context.Context, string) (points []contract.RunPoint, err error) {
	for i := range min(f.runs, contract.MaxSeries) {
		points = append(points, contract.RunPoint{
			Run: messages.RunID(fmt.Sprint("r", i)), At: messages.At(now), Status: contract.Statuses[i%len(contract.Statuses)], Started: true,
			Took: time.Duration(i) * time.Second, Tokens: i + 1,
		})
	}
	return points, nil
}

func newJobs(runs int) *jobs {
	return &jobs{runs: runs, version: "v1", text: "actor: shell\nschedule: '@daily'\n"}
}

func init() {
	visited["GET /jobs/{name}"] = []string{"/jobs/a", "/jobs/made", "/jobs/empty", "/jobs/new", "/jobs/a?status=failed&from=2027-01-01&to=2027-01-15&after=x"}
	visited["GET /jobs/{name}/explain"] = []string{"/jobs/a/explain", "/jobs/a/explain?at=07:00", "/jobs/a/explain?run=r1"}
	visited["GET /jobs/{name}/backfill"] = []string{"/jobs/a/backfill", "/jobs/a/backfill?from=2027-01-14T07:00&to=2027-01-15T07:00&fold=on"}
	visited["GET /jobs/{name}/edit"] = []string{"/jobs/made/edit"}
	visited["GET /jobs/{name}/from-file"] = []string{"/jobs/made/from-file"}
	visited["GET /jobs/{name}/remove"] = []string{"/jobs/made/remove", "/jobs/a/remove"}
}

// TestJobPage: the page says what is known of a job, in the zone that was chosen, and no text becomes markup.
func TestJobPage(t *testing.T) {
	s := newSite(t, newJobs(30))
	p := s.get("/jobs/a")
	s.lint("/jobs/a", p)
	for id, all := range map[string][]string{
		"head": {
			"held", "Failing since 09:00 CET, 3 failures: " + evil, "held by session default (closed: its sign-in has expired); held until a person decides", "Sign in", "and 2 further runs",
			"Run now", "Pause", "Cancel its runs", "30 2 * * * (Europe/Vienna)", "Next slot09:00 CET in 1h", "Followsbefore, on success", "Followed bybehind on any", "Last skipped09:00 CET (paused)",
		},
		"slots":      {"made up for: the clock goes from 02:00 to 03:00", "2027-01-16 09:00 CET"},
		"runs":       {"r0", "failed", "and 1 earlier slot", "3s", "4,000", "schedule before", evil + " (retries_exhausted)", "Next page"},
		"definition": {"title: '" + evil},
	} {
		got := strings.Join(strings.Fields(text(p.byID(t, id))), " ")
		for _, want := range all {
			if !strings.Contains(strings.ReplaceAll(got, " ", ""), strings.ReplaceAll(want, " ", "")) {
				t.Errorf("%s lacks %q:\n%s", id, want, got)
			}
		}
	}
	if got := text(p.doc); !strings.Contains(got, "jobs.yaml:12:3 "+evil) || !strings.Contains(got, "It comes from the job file, jobs.yaml:12: change it there") {
		t.Errorf("%s", got)
	}
	utc := s.get("/jobs/a", cookie("curfew_zone", "utc"))
	if got := text(utc.byID(t, "slots")); !strings.Contains(got, "08:00 UTC") || !strings.Contains(got, "Fri 2027-01-15 09:00:00 CET") || !strings.Contains(got, "The zone of the job is Europe/Vienna") {
		t.Errorf("in UTC: %s", got)
	}
	for _, path := range []string{"/jobs/none", "/jobs/a?status=nonsense", "/jobs/a?from=yesterday", "/jobs/a/explain?at=x", "/jobs/a/explain?at=07:00&run=r"} {
		if p := s.get(path); p.Code != http.StatusNotFound && p.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", path, p.Code)
		}
	}
}

// TestJobOfAnOldHistory: the head of a job's page says how far the run history is behind, for what is said of its last run.
func TestJobOfAnOldHistory(t *testing.T) {
	s := newSite(t, newJobs(3))
	if got := text(s.get("/jobs/empty").byID(t, "head")); !strings.Contains(got, "The run history is 5000 records behind: ") {
		t.Errorf("the head of the page: %s", got)
	}
	if got := text(s.get("/jobs/a").byID(t, "head")); strings.Contains(got, "behind: ") {
		t.Errorf("with a history that keeps up: %s", got)
	}
}

// TestJobHistoryFilter: days begin and end in the zone that is shown.
func TestJobHistoryFilter(t *testing.T) {
	f := newJobs(3)
	s := newSite(t, f)
	s.get("/jobs/a?status=failed&from=2027-01-10&to=2027-01-10")
	if want := `runs "failed" 2027-01-09T23:00:00.000Z 2027-01-10T23:00:00.000Z`; !slices.Contains(f.orders, want) {
		t.Errorf("asked for %q, want %q", f.orders, want)
	}
}

// TestJobOfAnyLength: a job without a run has no chart, and one with thousands has a mark for each of the newest only.
func TestJobOfAnyLength(t *testing.T) {
	for runs, want := range map[int]int{0: 0, 1: 1, 5_000: contract.MaxSeries} {
		p := newSite(t, newJobs(runs)).get("/jobs/a")
		var charts []*html.Node
		for _, n := range elements(p.doc, "figure") {
			charts = append(charts, n)
			marks := 0
			for _, a := range elements(n, "a") {
				if to, _ := attribute(a, "href"); strings.HasPrefix(to, "/jobs/a/explain?run=r") {
					marks++
				}
			}
			if marks != want {
				t.Errorf("%d runs have %d marks, want %d", runs, marks, want)
			}
		}
		if (len(charts) == 2) != (runs > 0) {
			t.Errorf("%d runs have %d charts", runs, len(charts))
		}
		if len(p.Body.Bytes()) > 400_000 {
			t.Errorf("%d runs make a page of %d bytes", runs, p.Body.Len())
		}
	}
	if got := text(newSite(t, newJobs(0)).get("/jobs/empty").doc); !strings.Contains(got, "It has not run yet.") || !strings.Contains(got, "No slot lies ahead.") {
		t.Errorf("%s", got)
	}
}

// TestOrdersOfOneJob: each order goes to the backend once, with who gave it and under its name, and the next page says it.
func TestOrdersOfOneJob(t *testing.T) {
	f := newJobs(1)
	s := newSite(t, f)
	form := url.Values{"once": {"o1"}, "version": {"v1"}, "back": {"/jobs/a"}}
	for path, said := range map[string]string{
		"/jobs/a/run": "Job a: run r7 was made.", "/jobs/a/pause": "Job a is paused.", "/jobs/made/remove": "Job made was removed.", "/jobs/made/from-file": "Job made comes from the job file now.",
	} {
		p := s.post(path, form)
		if p.Code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", path, p.Code, p.Body)
			continue
		}
		c := p.cookies()["curfew_said"]
		if next := s.get("/jobs/a", cookie(c.Name, c.Value)); !strings.Contains(text(next.doc), said) {
			t.Errorf("%s: the next page does not say %q", path, said)
		}
	}
	for _, want := range []string{`run a by tester once "o1" if "v1"`, `pause a by tester once "o1" if "v1"`, `remove made by tester once "o1" if "v1"`, `take made by tester once "o1" if "v1"`} {
		if !slices.Contains(f.orders, want) {
			t.Errorf("orders are %q, want %q", f.orders, want)
		}
	}
	if p := s.post("/jobs/a/cancel", form); p.Code != http.StatusNotFound {
		t.Errorf("a refused order: %d", p.Code)
	}
}

// TestJobBackfillForm: the slots are counted before anything is done, in the zone that is shown.
func TestJobBackfillForm(t *testing.T) {
	f := newJobs(1)
	s := newSite(t, f)
	p := s.get("/jobs/a/backfill?from=2027-01-14T07:00&to=2027-01-15T07:00&fold=on")
	if got := text(p.doc); !strings.Contains(got, "at least 1,234 slots, from 2027-01-14 07:00 CET to 07:00 CET. One run is made for all of them.") {
		t.Errorf("%s", got)
	}
	form := url.Values{}
	for _, n := range elements(p.doc, "input") {
		if kind, _ := attribute(n, "type"); kind == "hidden" {
			name, _ := attribute(n, "name")
			value, _ := attribute(n, "value")
			form.Set(name, value)
		}
	}
	if p := s.post("/jobs/a/backfill", form); p.Code != http.StatusSeeOther || !slices.Contains(f.orders, "backfill a 2027-01-14T06:00:00.000Z 2027-01-15T06:00:00.000Z true") {
		t.Errorf("%d %q", p.Code, f.orders)
	}
	for query, want := range map[string]string{"from=2027-01-15T07:00&to=2027-01-14T07:00": "to is before from", "from=soon&to=" + url.QueryEscape(evil): `from: "soon" is not a valid time`} {
		if p := s.get("/jobs/a/backfill?" + query); p.Code != http.StatusUnprocessableEntity || !strings.Contains(text(p.doc), want) {
			t.Errorf("%s: %d %s", query, p.Code, text(p.doc))
		}
	}
}

// TestJobExplained: a slot and a run are explained by their records, which lead to the bus. What keeps the job from running
// now is said beside the verdict.
func TestJobExplained(t *testing.T) {
	s := newSite(t, newJobs(1))
	p := s.get("/jobs/a/explain?at=2027-01-15T07:00:00.000Z")
	got := text(p.byID(t, "verdict"))
	for _, want := range []string{evil + "2027-01-15T07:00:00.000Z Nothing of the job starts now: " + evil, "The slot before is 07:00 CET", "a run is made", "7 more records are left out, such as earlier foldings"} {
		if !strings.Contains(got, want) {
			t.Errorf("lacks %q: %s", want, got)
		}
	}
	links := 0
	for _, a := range elements(p.doc, "a") {
		if to, _ := attribute(a, "href"); to == "/bus/11" || to == "/bus/12" {
			links++
		}
	}
	if links != 3 { // two records, and a cause
		t.Errorf("%d links to the bus", links)
	}
}
