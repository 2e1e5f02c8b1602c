package mcp

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.uber.org/zap"

	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// daemon answers with what it was given.
type daemon struct {
	contract.Backend
	jobs   []contract.Job
	run    contract.Run
	behind uint64 // of the history
	asked  []any
	orders []string
}

func (d *daemon) Jobs(_ context.Context, q contract.JobQuery) (contract.JobList, error) {
	d.asked = append(d.asked, q)
	list := contract.JobList{List: contract.ListOf(d.jobs, ""), HistoryBehind: contract.OrNull(d.behind)}
	if len(d.jobs) > q.Limit {
		list.List = contract.ListOf(d.jobs[:q.Limit], d.jobs[q.Limit-1].Name)
	}
	return list, nil
}

func (d *daemon) Job(_ context.Context, name string) (contract.Job, error) {
	for _, j := range d.jobs {
		if j.Name == name {
			return j, nil
		}
	}
	return contract.Job{}, contract.NotFound("there is no job %q", name)
}

func (d *daemon) Runs(context.Context, contract.RunQuery) (contract.RunList, error) {
	return contract.RunList{List: contract.ListOf([]contract.Run{d.run}, "")}, nil
}

func (d *daemon) Run(context.Context, messages.RunID) (contract.Run, error) { return d.run, nil }

func (d *daemon) RunNow(_ context.Context, job string) (contract.RunAccepted, error) {
	d.orders = append(d.orders, "run "+job)
	return contract.RunAccepted{Run: "r9", Holds: []messages.Hold{messages.HoldSession}}, nil
}

func (d *daemon) SetJob(_ context.Context, name string, s contract.SetJob) (contract.JobSet, error) {
	d.orders = append(d.orders, "set "+name+" "+string(s.Text))
	if name == "theirs" {
		err := contract.Conflict("job theirs is defined in jobs.yaml:3")
		err.Faults = []contract.Fault{{Location: "schedule", Message: "is not a valid schedule"}}
		return contract.JobSet{}, err
	}
	return contract.JobSet{
		Job:     contract.Job{Name: name, Enabled: true, Schedule: "0 7 * * *", Timezone: "Europe/Berlin", ScheduleText: "at 07:00"},
		Created: true, Changed: true, Warnings: []contract.Fault{{Location: "retry", Message: "has no effect"}},
	}, nil
}

func (d *daemon) Cancel(context.Context, string) (contract.Job, error) { panic("a fault of ours") }

func (d *daemon) Explain(_ context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	d.asked = append(d.asked, q)
	chain := make([]explain.Link, 100)
	for i := range chain {
		chain[i].Text = "link"
	}
	return explain.Explanation{Verdict: "The run failed.", Now: "Nothing of the job starts now: sign in.", Chain: chain}, nil
}

func (d *daemon) Sessions(context.Context, contract.Page) ([]contract.Session, string, error) {
	return []contract.Session{{Name: "default", State: messages.StateClosed, Held: 3, SignIn: messages.SignIn{Session: "default", Tool: true}.Text()}}, "", nil
}

var now = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// connect is an assistant that talks to a server over HTTP.
func connect(t *testing.T, d Daemon, readOnly bool) *mcp.ClientSession {
	t.Helper()
	server := New(d, Options{Version: "v1", ReadOnly: readOnly, Log: zap.NewNop(), Now: func() time.Time { return now }})
	s := httptest.NewServer(Handler(func(*http.Request) *mcp.Server { return server }))
	t.Cleanup(s.Close)
	c, err := mcp.NewClient(&mcp.Implementation{Name: "test"}, nil).Connect(t.Context(), &mcp.StreamableClientTransport{Endpoint: s.URL}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// call calls a tool and returns its text; failed says that it answered with an error.
func call(t *testing.T, c *mcp.ClientSession, tool string, args any) (text string, failed bool) {
	t.Helper()
	r, err := c.CallTool(t.Context(), &mcp.CallToolParams{Name: tool, Arguments: args})
	if err != nil {
		return err.Error(), true
	}
	return r.Content[0].(*mcp.TextContent).Text, r.IsError
}

func names(t *testing.T, c *mcp.ClientSession) (all []string) {
	t.Helper()
	r, err := c.ListTools(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tool := range r.Tools {
		all = append(all, tool.Name)
	}
	slices.Sort(all)
	return all
}

// TestTools: the tools of the contract are offered, none that signs in, and of a read-only server none that changes
// something.
func TestTools(t *testing.T) {
	look := []string{"explain", "job_list", "job_show", "run_list", "run_show", "schedule_preview", "session_list"}
	change := []string{"job_cancel", "job_pause", "job_resume", "job_run", "job_set"}
	if got := names(t, connect(t, &daemon{}, true)); !slices.Equal(got, look) {
		t.Errorf("a read-only server offers %q", got)
	}
	want := slices.Sorted(slices.Values(slices.Concat(look, change)))
	if got := names(t, connect(t, &daemon{}, false)); !slices.Equal(got, want) {
		t.Errorf("a server offers %q, want %q", got, want)
	}
}

// TestLists: an answer is as long as was asked for, says that there is more, and how to get it.
func TestLists(t *testing.T) {
	d := &daemon{behind: 5000}
	for _, name := range []string{"a", "b", "c"} {
		d.jobs = append(d.jobs, contract.Job{Name: name, State: contract.JobIdle, ScheduleText: "every day at 07:00", Holds: []messages.Hold{messages.HoldSession}})
	}
	c := connect(t, d, false)
	text, failed := call(t, c, "job_list", map[string]any{"limit": 2, "failing": true})
	var got jobListOut
	if err := json.Unmarshal([]byte(text), &got); err != nil || failed {
		t.Fatal(text, err)
	}
	if len(got.Jobs) != 2 || !got.Truncated || got.Next != "b" || got.Jobs[0].Schedule != "every day at 07:00" || got.Behind != 5000 ||
		!slices.Equal(got.Jobs[0].Holds, []messages.Hold{messages.HoldSession}) {
		t.Errorf("got %+v", got)
	}
	if q := d.asked[0].(contract.JobQuery); !q.Failing || q.Limit != 2 {
		t.Errorf("the daemon was asked %+v", q)
	}
	for _, wrong := range []map[string]any{{"limit": 101}, {"limit": -1}, {"state": "asleep"}, {"limits": 2}, {"limit": "2"}} {
		if text, failed := call(t, c, "job_list", wrong); !failed {
			t.Errorf("%v is answered: %s", wrong, text)
		}
	}
}

// TestShort: of a long error and a long output the end is told, and of a long chain the first and the newest links. What keeps
// the job from running now is told beside the verdict.
func TestShort(t *testing.T) {
	long := strings.Repeat("x", 10_000) + "the end"
	class := messages.ClassTransient
	d := &daemon{run: contract.Run{ID: "r1", Status: messages.StatusFailed, Output: &long, Attempts: []contract.Attempt{{Number: 1, Class: &class, Error: &long}}}}
	c := connect(t, d, false)
	text, failed := call(t, c, "run_show", map[string]any{"id": "r1"})
	var got runShowOut
	if err := json.Unmarshal([]byte(text), &got); err != nil || failed {
		t.Fatal(text, err)
	}
	if len(got.Output) != maxText || !got.Truncated || !strings.HasSuffix(got.Output, "the end") || len(got.Tries[0].Error) != maxText {
		t.Errorf("the output has %d bytes, the error %d", len(got.Output), len(got.Tries[0].Error))
	}
	text, _ = call(t, c, "explain", map[string]any{"job": "a", "at": "07:00"})
	var why explainOut
	if err := json.Unmarshal([]byte(text), &why); err != nil || len(why.Chain) != maxChain || !why.Truncated {
		t.Errorf("%d links, truncated %v, %v", len(why.Chain), why.Truncated, err)
	}
	if why.Verdict != "The run failed." || why.Now != "Nothing of the job starts now: sign in." {
		t.Errorf("it says %q, and of now %q", why.Verdict, why.Now)
	}
	if text, failed := call(t, c, "explain", map[string]any{"job": "a", "at": "at dawn"}); !failed {
		t.Error(text)
	}
}

// TestPreview: slots are shown in the zone, with what a change of the clock does to them.
func TestPreview(t *testing.T) {
	c := connect(t, &daemon{}, true)
	text, _ := call(t, c, "schedule_preview", map[string]any{"schedule": "30 2 * * *", "timezone": "Europe/Berlin", "count": 2})
	var got previewOut
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(text)
	}
	if len(got.Slots) != 2 || got.Slots[0].Local != "2026-10-25T02:30:00+02:00" || got.Slots[0].Note == "" {
		t.Errorf("got %+v", got)
	}
	if text, failed := call(t, c, "schedule_preview", map[string]any{"schedule": "61 * * * *"}); !failed || !strings.Contains(text, "61") {
		t.Error(text)
	}
}

// TestTroubles: a refusal is read as it is written, and a panic ends neither the server nor the other calls.
func TestTroubles(t *testing.T) {
	d := &daemon{}
	c := connect(t, d, false)
	if text, failed := call(t, c, "job_show", map[string]any{"name": "nobody"}); !failed || text != `there is no job "nobody"` {
		t.Error(text)
	}
	if text, failed := call(t, c, "job_cancel", map[string]any{"name": "a"}); !failed || strings.Contains(text, "a fault of ours") {
		t.Error(text)
	}
	if text, failed := call(t, c, "job_run", map[string]any{"name": "a"}); failed || !strings.Contains(text, "session") {
		t.Error(text)
	}
	if !slices.Equal(d.orders, []string{"run a"}) {
		t.Errorf("the orders were %q", d.orders)
	}
	if text, failed := call(t, c, "session_list", nil); failed || !strings.Contains(text, "a person has to sign in with the tool") {
		t.Error(text)
	}
}

// TestJobSet: an assistant that makes a job sees when it runs, and what is probably a mistake.
func TestJobSet(t *testing.T) {
	d := &daemon{}
	c := connect(t, d, false)
	text, failed := call(t, c, "job_set", map[string]any{"name": "brief", "definition": "actor: shell\nschedule: 0 7 * * *"})
	var got jobSetOut
	if err := json.Unmarshal([]byte(text), &got); err != nil || failed {
		t.Fatal(text)
	}
	if len(got.NextSlots) != 3 || got.NextSlots[0].Local != "2026-10-25T07:00:00+01:00" || !got.Created ||
		!slices.Equal(got.Warnings, []string{"retry: has no effect"}) {
		t.Errorf("got %+v", got)
	}
	if want := []string{`set brief "actor: shell\nschedule: 0 7 * * *"`}; !slices.Equal(d.orders, want) {
		t.Errorf("the orders were %q", d.orders)
	}
	if text, failed := call(t, c, "job_set", map[string]any{"name": "theirs", "definition": "x"}); !failed ||
		text != "job theirs is defined in jobs.yaml:3\nschedule: is not a valid schedule" {
		t.Error(text)
	}
}
