package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// printed is a text as programs of others may print it.
const printed = "\x1b[2J\x1b]0;title\x07<script>alert(1)</script>\r\nfine\u202eenif \xff"

// shownAs is what of it is shown.
const shownAs = `\x1b[2J\x1b]0;title\x07<script>alert(1)</script>` + "\nfine" + `\u202eenif \xff`

// runFake is what the fake knows of runs and of the tree.
type runFake struct {
	jobs   []contract.Job
	runs   []contract.Run
	around contract.AroundRun
	tree   contract.Tree
	output []string       // of every run, in pieces
	made   messages.RunID // what "run now" answers
	pruned bool           // the journal no longer has what is to be explained

	asked     []string // orders, and questions that are dear
	runQuery  contract.RunQuery
	behind    uint64 // how far the history is
	treeQuery contract.TreeQuery
}

func (f *fake) Run(_ context.Context, id messages.RunID) (contract.Run, error) {
	for _, r := range f.run.runs {
		if r.ID == id {
			return r, nil
		}
	}
	return contract.Run{}, contract.NotFound("there is no run %q", id)
}

func (f *fake) Job(_ context.Context, name string) (contract.Job, error) {
	for _, j := range f.run.jobs {
		if j.Name == name {
			return j, nil
		}
	}
	return contract.Job{}, contract.NotFound("there is no job %q", name)
}

func (f *fake) Session(_ context.Context, name string) (contract.Session, error) {
	for _, s := range f.sessions {
		if s.Name == name {
			return s, nil
		}
	}
	return contract.Session{}, contract.NotFound("there is no session %q", name)
}

func (f *fake) AroundRun(context.Context, string, messages.RunID) (contract.AroundRun, error) {
	return f.run.around, nil
}

func (f *fake) Logs(_ context.Context, _ messages.RunID, follow bool) (contract.Logs, error) {
	if follow {
		return contract.Logs{}, errors.New("a page must not wait for the end of a run")
	}
	return contract.Logs{Note: "attempt 1 is running", Pieces: func(yield func([]byte, error) bool) {
		for _, piece := range f.run.output {
			if !yield([]byte(piece), nil) {
				return
			}
		}
	}}, nil
}

func (f *fake) Explain(_ context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	f.run.asked = append(f.run.asked, fmt.Sprintf("explain %s %s", q.Job, q.Run))
	if f.run.pruned {
		return explain.Explanation{}, contract.NotFound("the journal knows no run %q", q.Run)
	}
	cause := uint64(41)
	return explain.Explanation{Verdict: "The slot 07:00 failed.", Omitted: 3, Chain: []explain.Link{
		{Seq: 41, At: messages.At(now), Kind: messages.KindFact, Name: "slots.due.v1", Text: "slot 07:00 is due"},
		{Seq: 42, At: messages.At(now), Kind: messages.KindDecision, Name: "run.queued.v1", Cause: &cause, Text: "a run is made"},
	}}, nil
}

func (f *fake) RunNow(ctx context.Context, job string) (contract.RunAccepted, error) {
	f.run.asked = append(f.run.asked, fmt.Sprintf("run %s once=%s", job, contract.OrderName(ctx)))
	return contract.RunAccepted{Run: f.run.made}, nil
}

func (f *fake) CancelRun(ctx context.Context, id messages.RunID) (contract.Run, error) {
	f.run.asked = append(f.run.asked, fmt.Sprintf("cancel %s once=%s", id, contract.OrderName(ctx)))
	return f.Run(ctx, id)
}

// someRuns is what the tests here are about.
func someRuns() runFake {
	return runFake{
		jobs: []contract.Job{{Name: "brief", Timezone: "Europe/Berlin", Session: contract.OrNull("default"), Title: contract.OrNull("The briefing")}},
		runs: theRuns(), tree: someTree(), around: contract.AroundRun{
			Due: messages.At(now.Add(3e10)), Lane: &contract.Lane{Actor: "agent", Used: 4, Limit: 4, Waiting: 1},
			Followers: []contract.Follower{
				{Job: "alarm", On: messages.AfterFailure}, {Job: "report", Run: &contract.NamedRun{ID: "r9", Job: "report", Status: messages.StatusRunning}},
			},
		},
	}
}

// theRuns has a run of each status, one that failed with all that can be said of one, a held one, and one of a job that
// is gone.
func theRuns() (runs []contract.Run) {
	for i, status := range contract.Statuses {
		runs = append(runs, contract.Run{
			ID: messages.RunID("of-" + string(status)), Job: "brief", Slot: messages.At(now), FirstSlot: messages.At(now), Trigger: messages.TriggerSchedule,
			Status: status, StartedAt: messages.At(now),
		})
		if i > 3 {
			runs[i].FinishedAt = messages.At(now.Add(90e9))
		}
	}
	generation, called := uint64(7), true
	failed := runs[5]
	failed.ID, failed.Missed, failed.TraceID = "failed", 2, contract.OrNull("0af7651916cd43dd8448eb211c80319c")
	failed.Reason = contract.OrNull(messages.FinishRetriesExhausted)
	failed.AfterRun = &messages.Followed{Job: "backup", Run: "before", Status: messages.StatusSucceeded}
	failed.Attempts = []contract.Attempt{
		{Number: 3, StartedAt: messages.At(now), FinishedAt: messages.At(now.Add(2e9)), Class: contract.OrNull(messages.ClassTimeout), Called: &called},
		{
			Number: 4, StartedAt: messages.At(now.Add(60e9)), FinishedAt: messages.At(now.Add(90e9)), Class: contract.OrNull(messages.ClassTransient),
			Error: contract.OrNull(printed), Called: &called, Generation: &generation, Incarnation: &generation,
			Usage: &messages.Usage{Calls: 3, InputTokens: 12345, OutputTokens: 67},
			Left:  &messages.Left{Count: 1, Processes: []messages.Process{{PID: 7, Name: "sleep"}}},
			Trace: []messages.Step{
				{Kind: messages.StepMessage, Role: "user", Text: "Prepare my day."},
				{Kind: messages.StepMessage, Role: "assistant"},
				{Kind: messages.StepToolCall, Tool: "search", Text: `{"q":"weather"}`},
				{Kind: messages.StepToolResult, Tool: "search", Text: printed + strings.Repeat("x", 3000), Failed: true, Took: messages.Duration(2e9)},
				{Kind: messages.StepCut},
				{Kind: messages.StepMessage, Role: "assistant", Text: "Done.", Stop: "stop", Usage: &messages.Usage{Calls: 1, InputTokens: 5, OutputTokens: 6}},
			},
		},
	}
	failed.Deliveries = []explain.Delivery{{To: "desk", Kind: "output", State: explain.DeliveryTaken, Tries: 1, DecidedAt: messages.At(now)}}
	held := contract.Run{
		ID: "held", Job: "brief", Status: messages.StatusHeld, Trigger: messages.TriggerManual,
		Holds: []messages.Hold{messages.HoldSession, messages.HoldPaused, messages.HoldAsk, messages.HoldCircuit},
	}
	gone := contract.Run{ID: "gone", Job: "removed", Status: messages.StatusCancelled, FinishedAt: messages.At(now), Reason: contract.OrNull(messages.FinishJobRemoved)}
	return append(runs, failed, held, gone)
}

// says checks that an element has these texts in it. Blanks do not count: those between the cells of a table are not
// written.
func (p sent) says(t *testing.T, id string, want ...string) {
	t.Helper()
	squeezed := func(s string) string { return strings.Join(strings.Fields(s), "") }
	got := text(p.byID(t, id))
	for _, part := range want {
		if !strings.Contains(squeezed(got), squeezed(part)) {
			t.Errorf("%s does not say %q:\n%s", id, part, got)
		}
	}
}

func TestRunPage(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	p := s.get("/runs/failed")
	for id, want := range map[string][]string{
		"head": {
			"The run failed: its retry allows no further attempt.", "The error of the last attempt is below.", "slot 08:00 CET, and 2 before it since 08:00 CET, by the end of the run that it follows",
			"Took 32s, and waited 58s", "0af7651916cd43dd8448eb211c80319c", "a run of backup succeeded", "Followed by report, on success its run running",
			"Followed by alarm, on failure no run of it", "Run the job again", "This makes a new run",
		},
		"attempts": {
			"2 attempts before these are not kept.", "4 transient 08:01 CET 30s yes 7 7 3 calls, 12,345 tokens in, 67 out", "It left 1 process in the background (sleep (pid 7))",
			"user", "calls search", `{"q":"weather"}`, "search fails took 2s", "steps were left out here", "Done.", "1 call, 5 tokens in, 6 out, ended: stop",
			"bytes more are in the answer of the API",
		},
		"deliveries": {"desk output taken 08:00 CET desk has the output"},
		"causes":     {"The slot 07:00 failed.", "42 2027-01-15 08:00:00 CET decision a run is made run.queued.v1 because of 41", "3 more records are left out, such as earlier foldings."},
	} {
		p.says(t, id, want...)
	}
	if got := strings.Count(p.Body.String(), `"assistant"`); got != 0 {
		t.Error("a message that only asks for tools is shown")
	}
	if p := s.get("/runs/none"); p.Code != http.StatusNotFound {
		t.Errorf("an unknown run: %d", p.Code)
	}
	if got := text(s.get("/runs/gone").byID(t, "head")); !strings.Contains(got, "the job is gone") || strings.Contains(got, "Run the job") {
		t.Errorf("a run whose job is gone: %s", got)
	}
}

// TestRunPageHolds: what holds a run is said, and what ends that.
func TestRunPageHolds(t *testing.T) {
	newSite(t, everything()).get("/runs/held").says(t, "head",
		"Held by session default (open)", "Held: the job is paused. It ends when the job is resumed.", "Held until a person decides. A person ends it",
		"It ends by itself: from time to time one run tries.", "Run it now", "This makes no new run", "Cancel this run")
}

// TestRunPageIsSafe: whatever a program prints is text, without what controls a screen or turns its direction.
func TestRunPageIsSafe(t *testing.T) {
	f := everything()
	f.run.output = []string{"before\n", printed[:4], printed[4:]}
	p := newSite(t, f).get("/runs/failed")
	for _, id := range []string{"log", "error-4"} {
		if got := raw(p.byID(t, id)); !strings.HasSuffix(got, shownAs) {
			t.Errorf("%s is %q, want %q", id, got, shownAs)
		}
	}
	for _, bad := range []string{"\x1b", "\u202e", "\x07", "<script>alert"} {
		if strings.Contains(p.Body.String(), bad) {
			t.Errorf("the page has %q in it", bad)
		}
	}
}

// raw is the text of an element as it is.
func raw(n *html.Node) (all string) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			all += c.Data
		}
	}
	return all
}

// TestRunPageIsBounded: of ten megabytes of output the page has the end, in whole lines, and says so.
func TestRunPageIsBounded(t *testing.T) {
	for name, tt := range map[string]struct {
		piece string
		n     int
		lines int
	}{
		"lines":      {strings.Repeat("x", 98) + "\n\n", 100_000, 300},
		"one line":   {strings.Repeat("€", 1000), 4000, 1},
		"many lines": {"\n", 10 << 20, 300},
	} {
		t.Run(name, func(t *testing.T) {
			f := everything()
			for range tt.n {
				f.run.output = append(f.run.output, tt.piece)
			}
			p := newSite(t, f).get("/runs/failed")
			got := raw(p.byID(t, "log"))
			if len(got) > 17<<10 || strings.Contains(got, `\x`) || strings.Count(got, "\n") > tt.lines {
				t.Errorf("%d bytes and %d lines are shown: %.80q …", len(got), strings.Count(got, "\n"), got)
			}
			if _, hidden := attribute(p.byID(t, "log-cut"), "hidden"); hidden {
				t.Error("that there is more before it is not said")
			}
		})
	}
	f := everything()
	f.run.output = []string{"short\n"}
	p := newSite(t, f).get("/runs/failed")
	if _, hidden := attribute(p.byID(t, "log-cut"), "hidden"); !hidden || raw(p.byID(t, "log")) != "short\n" {
		t.Errorf("a short output: %q", raw(p.byID(t, "log")))
	}
}

// TestRunPageFollows: the script follows the output of what runs or will by itself, and of nothing else.
func TestRunPageFollows(t *testing.T) {
	s := newSite(t, everything())
	for _, status := range contract.Statuses {
		head := s.get("/runs/of-"+string(status)).byID(t, "head")
		_, running := attribute(head, "data-running")
		_, over := attribute(head, "data-over")
		if running != (status == messages.StatusRunning || status == messages.StatusBackingOff) {
			t.Errorf("%s: it is followed: %t", status, running)
		}
		if final := !strings.Contains("queued running backing_off held", string(status)); over != final {
			t.Errorf("%s: it is over: %t", status, over)
		}
	}
	if got, _ := attribute(s.get("/runs/held").byID(t, "log"), "data-follow"); got != "/v1/runs/held/logs?screen=true&follow=true" {
		t.Errorf("it follows %s", got)
	}
}

// TestRunPageLive: a page that is asked for every second reads neither the journal nor the output, and a journal that keeps less
// than the history takes nothing else away.
func TestRunPageLive(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	live := s.get("/runs/failed", func(r *http.Request) *http.Request { r.Header.Set("X-Curfew-Live", "1"); return r })
	if got := text(live.byID(t, "log")); len(f.run.asked) > 0 || got != "" {
		t.Errorf("it asked for %q, and shows the output %q", f.run.asked, got)
	}
	f.run.pruned = true
	p := s.get("/runs/failed")
	if got := text(p.byID(t, "causes")); p.Code != http.StatusOK || !strings.Contains(got, `the journal knows no run "failed"`) {
		t.Errorf("%d %s", p.Code, got)
	}
}

func TestRunOrders(t *testing.T) {
	f := everything()
	s := newSite(t, f)
	f.run.made = "new1"
	p := s.post("/runs/failed/again", url.Values{"once": {"a1"}})
	if p.Code != http.StatusSeeOther || p.Header().Get("Location") != "/runs/new1" || p.cookies()["curfew_said"].Value != "run-new.brief" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	f.run.made = "held"
	if p = s.post("/runs/held/again", nil); p.Header().Get("Location") != "/runs/held" || p.cookies()["curfew_said"].Value != "run-goes-on.held" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	if p = s.post("/runs/held/cancel", url.Values{"back": {"/runs?job=brief"}}); p.Header().Get("Location") != "/runs?job=brief" {
		t.Errorf("%d %v", p.Code, p.Header())
	}
	want := "run brief once=a1, run brief once=, cancel held once="
	if got := strings.Join(f.run.asked, ", "); got != want {
		t.Errorf("asked %q, want %q", got, want)
	}
	if p := s.post("/runs/none/again", nil); p.Code != http.StatusNotFound {
		t.Errorf("an unknown run: %d", p.Code)
	}
}
