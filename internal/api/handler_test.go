package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/internal/api"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/messages"
)

// fake is a backend with one job, one run and one session; asked is what the handlers passed on.
type fake struct {
	asked  string
	caller string // who paused a job
	ready  error
	logs   contract.Logs
	events contract.Events
}

var _ contract.Backend = (*fake)(nil)

func known[T any](name string, body T) (T, error) {
	switch name {
	case "brief", "default", "bare", "r1":
		return body, nil
	case "broken":
		return body, errors.New("the machine is on fire")
	default:
		var zero T
		return zero, contract.NotFound("there is no %q", name)
	}
}

func (f *fake) Status(context.Context) (contract.Status, error) {
	return contract.Status{PID: 7, Version: "v1", Since: 1000, Ready: true}, nil
}

func (f *fake) Jobs(_ context.Context, q contract.JobQuery) (contract.JobList, error) {
	f.asked = fmt.Sprintf("jobs %d %q", q.Limit, q.After)
	if q.State != "" || q.Failing || q.Held {
		f.asked += fmt.Sprintf(" %s %v %v", q.State, q.Failing, q.Held)
	}
	if q.Actor != "" {
		f.asked += fmt.Sprintf(" %s %s %s %v %s %q", q.Actor, q.Session, q.Tag, q.Disabled, q.ManagedBy, q.Search)
	}
	return contract.JobList{List: contract.ListOf([]contract.Job{{Name: "brief", State: contract.JobIdle, Enabled: true}}, "brief")}, nil
}

func (f *fake) Job(_ context.Context, name string) (contract.Job, error) {
	f.asked = "job " + name
	return known(name, contract.Job{Name: "brief", Actor: "agent", Schedule: "0 7 * * *", Timezone: "UTC", State: contract.JobPaused, Session: contract.OrNull("default")})
}

func (f *fake) RunNow(_ context.Context, job string) (contract.RunAccepted, error) {
	f.asked = "run " + job
	return known(job, contract.RunAccepted{Run: "r1"})
}

func (f *fake) Backfill(_ context.Context, job string, b contract.Backfill) (contract.BackfillAccepted, error) {
	f.asked = fmt.Sprintf("backfill %s %v %v", job, b.From, b.To)
	return known(job, contract.BackfillAccepted{Slots: 2})
}

func (f *fake) Pause(ctx context.Context, job string) (contract.Job, error) {
	f.caller = contract.Caller(ctx)
	if job == "stuck" {
		<-ctx.Done()
		return contract.Job{}, fmt.Errorf("bus: commit: %w", context.Cause(ctx))
	}
	return f.Job(ctx, job)
}

func (f *fake) Resume(ctx context.Context, job string) (contract.Job, error) { return f.Job(ctx, job) }

func (f *fake) CancelRun(ctx context.Context, id messages.RunID) (contract.Run, error) {
	return f.Run(ctx, id)
}

func (f *fake) Cancel(ctx context.Context, job string) (contract.Job, error) { return f.Job(ctx, job) }

func (f *fake) Explain(_ context.Context, q contract.ExplainQuery) (explain.Explanation, error) {
	f.asked = fmt.Sprintf("explain %s %q %q", q.Job, q.At, q.Run)
	return known(q.Job, explain.Explanation{Job: "brief", Chain: []explain.Link{}})
}

func (f *fake) Runs(_ context.Context, q contract.RunQuery) (contract.RunList, error) {
	f.asked = fmt.Sprintf("runs %d %q %q %q", q.Limit, q.After, q.Job, q.Status)
	if !q.Since.IsZero() || !q.Until.IsZero() {
		f.asked += fmt.Sprintf(" %v to %v", q.Since, q.Until)
	}
	return contract.RunList{List: contract.ListOf[contract.Run](nil, "")}, nil
}

func (f *fake) Run(_ context.Context, id messages.RunID) (contract.Run, error) {
	f.asked = "run " + string(id)
	class, called, failure := messages.ClassSessionExpired, false, "401"
	return known(string(id), contract.Run{
		ID: id, Job: "brief", Slot: 7000, FirstSlot: 1000, Missed: 2, Trigger: messages.TriggerSchedule,
		Status: messages.StatusRunning, Holds: []messages.Hold{}, StartedAt: 8000,
		Attempts: []contract.Attempt{
			{
				Number: 1, Incarnation: contract.OrNull[uint64](9), Generation: contract.OrNull[uint64](3), Called: &called,
				StartedAt: 8000, FinishedAt: 9000, Class: &class, Error: &failure,
				Usage: &messages.Usage{Calls: 2, InputTokens: 30, OutputTokens: 4},
				Trace: []messages.Step{{Kind: messages.StepMessage, Role: "assistant", Text: "hello"}},
			},
			{Number: 2, StartedAt: 9500},
		},
	})
}

func (f *fake) Sessions(_ context.Context, p contract.Page) ([]contract.Session, string, error) {
	f.asked = fmt.Sprintf("sessions %d %q", p.Limit, p.After)
	return []contract.Session{}, "", nil
}

func (f *fake) Session(_ context.Context, name string) (contract.Session, error) {
	if name == "bare" {
		return contract.Session{Name: name, State: "open"}, nil
	}
	return known(name, contract.Session{Name: name, State: "open", Generation: 1, Since: 1000, Jobs: 3, Backend: contract.OrNull("https://b")})
}

func (f *fake) Login(_ context.Context, name string, l contract.Login) (contract.SessionChange, error) {
	f.asked = fmt.Sprintf("login %s %s %v", name, l.Token.Reveal(), l.Force)
	if l.Token.Reveal() == "old" && !l.Force {
		return contract.SessionChange{}, contract.Conflict("that very token has expired")
	}
	s, err := f.Session(context.Background(), name)
	return contract.SessionChange{Session: s, Applied: true, Seq: 12}, err
}

func (f *fake) Expire(_ context.Context, name string, e contract.Expire) (contract.SessionChange, error) {
	f.asked = fmt.Sprintf("expire %s %+v", name, e)
	s, err := f.Session(context.Background(), name)
	return contract.SessionChange{Session: s, Seq: 13}, err
}

func (f *fake) Logout(_ context.Context, name string) (contract.SessionChange, error) {
	f.asked = "logout " + name
	s, err := f.Session(context.Background(), name)
	return contract.SessionChange{Session: s, Applied: true, Seq: 14}, err
}

func (f *fake) Logs(_ context.Context, id messages.RunID, follow bool) (contract.Logs, error) {
	f.asked = fmt.Sprintf("logs %s %v", id, follow)
	return known(string(id), f.logs)
}

func (f *fake) Events(_ context.Context, q contract.EventQuery) (contract.Events, error) {
	f.asked = fmt.Sprintf("events %q %q %q %q", q.Job, q.Session, q.Type, q.After)
	if f.events == nil {
		return nil, contract.Refused("record 9 is not in the journal")
	}
	return f.events, nil
}

func (f *fake) Ready(context.Context) error { return f.ready }

func (f *fake) Notes(context.Context) ([]string, error) { return []string{"look at this"}, nil }

func (f *fake) Targets(_ context.Context, p contract.Page) ([]contract.Target, string, error) {
	f.asked = fmt.Sprintf("targets %d %q", p.Limit, p.After)
	return []contract.Target{{Name: "hook", Kind: "webhook", State: "failing", Waiting: 2, Failures: 3, Error: contract.OrNull("503"), FailedAt: 1000, NextTry: 2000}}, "", nil
}

func (f *fake) SetJob(_ context.Context, name string, s contract.SetJob) (contract.JobSet, error) {
	f.asked = fmt.Sprintf("set %s %v", name, s.DryRun)
	if string(s.Text) == `{"bad":1}` {
		err := contract.Refused("the job is not valid")
		err.Faults = []contract.Fault{{Location: "body.bad", Message: "unknown key"}}
		return contract.JobSet{}, err
	}
	return contract.JobSet{Job: contract.Job{Name: name, ManagedBy: messages.ManagedByAPI, Version: "v2"}, Created: true}, nil
}

func (f *fake) RemoveJob(_ context.Context, name string) (contract.JobRemoved, error) {
	return contract.JobRemoved{Name: name}, nil
}

func (f *fake) TakeFromFile(context.Context, string, contract.FromFile) (contract.JobSet, error) {
	return contract.JobSet{}, contract.NotFound("the job file has no such job")
}

func (f *fake) Reload(context.Context) (contract.Reloaded, error) {
	return contract.Reloaded{
		New: []string{"morning"}, Changed: []string{}, Gone: []string{}, Same: 3, Settings: []string{"lanes"},
		Warnings: []contract.Fault{{Location: "jobs.yaml:3:5", Message: "is that intended?"}}, NeedsRestart: []string{},
	}, nil
}

func (f *fake) TestTarget(_ context.Context, name string) (contract.TargetTested, error) {
	f.asked = "test " + name
	return known(name, contract.TargetTested{Target: name, Error: contract.OrNull("404"), ID: "t1"})
}

func (f *fake) Nodes(_ context.Context, p contract.Page) (contract.NodeList, error) {
	f.asked = fmt.Sprintf("nodes %d %q", p.Limit, p.After)
	n := contract.Node{Name: "b", State: contract.NodeLost, Labels: map[string]string{"gpu": "true"}, LostAt: 1000, Reason: contract.OrNull(messages.LossLapsed)}
	return contract.NodeList{List: contract.ListOf([]contract.Node{n}, "")}, nil
}

func (f *fake) DrainNode(_ context.Context, name string) (contract.Node, error) {
	f.asked = "drain " + name
	return known(name, contract.Node{Name: name, State: contract.NodeDraining, Drained: true, Running: 2})
}

func (f *fake) ResumeNode(_ context.Context, name string) (contract.Node, error) {
	f.asked = "resume node " + name
	return known(name, contract.Node{Name: name, State: contract.NodeOpen, Answers: true})
}

func (f *fake) Undelivered(context.Context) ([]contract.Undelivered, error) { return nil, nil }

func ask(b contract.Backend, method, target, contentType, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	w := httptest.NewRecorder()
	api.Handler(b, zap.NewNop()).ServeHTTP(w, r)
	return w
}

const session = `{"name":"default","state":"open","generation":1,"reason":null,"source":null,"since":"1970-01-01T00:00:01.000Z","outage_since":null,"expires_at":null,"held":0,"jobs":3,"backend":"https://b","until":null,"refresh_error":null,"circuit":"","undelivered":null,"restored_by":null,"watched":null,"watch_error":null,"sign_in":"","first_run":null,"unproven":false,"at_risk":null`

func TestBodies(t *testing.T) {
	const (
		limits      = `,"holds":null,"last_skipped":null,"failing":null,"schedule_text":"","limits":{"active_hours":null,"days":"","dst":"","anchor":null,"start":null,"end":null,"exclude":null,"splay":"0s","delete_after_run":false,"after":null},"timeout":null,"dir":null,"title":null,"description":null,"tags":null,"disabled":false,"overlap":"","max_parallel":0,"running":0,"runs_on":null,"unplaced":false,"managed_by":"","version":"","history_behind":null}`
		briefInList = `{"name":"brief","actor":"","schedule":"","timezone":"","enabled":true,"state":"idle","next_slot":null,"session":null,"held":null,"last_run":null` + limits
		brief       = `{"name":"brief","actor":"agent","schedule":"0 7 * * *","timezone":"UTC","enabled":false,"state":"paused","next_slot":null,"session":"default","held":null,"last_run":null` + limits
		run         = `{"id":"r1","job":"brief","slot":"1970-01-01T00:00:07.000Z","first_slot":"1970-01-01T00:00:01.000Z","missed":2,"trigger":"schedule","after_run":null,"status":"running","reason":null,"holds":[],` +
			`"attempts":[{"number":1,"incarnation":9,"generation":3,"called":false,"started_at":"1970-01-01T00:00:08.000Z","finished_at":"1970-01-01T00:00:09.000Z","class":"session_expired","error":"401","usage":{"calls":2,"input_tokens":30,"output_tokens":4},"left":null,"node":null,"trace":[{"kind":"message","role":"assistant","text":"hello"}]},` +
			`{"number":2,"incarnation":null,"generation":null,"called":null,"started_at":"1970-01-01T00:00:09.500Z","finished_at":null,"class":null,"error":null,"usage":null,"left":null,"node":null,"trace":null}],` +
			`"output":null,"started_at":"1970-01-01T00:00:08.000Z","finished_at":null,"trace_id":null,"delivery_failed":null,"deliveries":null,"history_behind":null}`
		jsonType = "application/json"
	)
	tests := []struct {
		method, target, body string
		status               int
		want, asked          string
	}{
		{"GET", "/v1/jobs", "", 200, `{"items":[` + briefInList + `],"next":"brief","history_behind":null}`, `jobs 50 ""`},
		{"GET", "/v1/jobs?limit=1000&after=x", "", 200, `{"items":[` + briefInList + `],"next":"brief","history_behind":null}`, `jobs 1000 "x"`},
		{"GET", "/v1/jobs?state=held&failing=true&held=1", "", 200, `{"items":[` + briefInList + `],"next":"brief","history_behind":null}`, `jobs 50 "" held true true`},
		{
			"GET", "/v1/jobs?actor=shell&session=none&tag=a&disabled=true&managed_by=api&q=two+words", "", 200, `{"items":[` + briefInList + `],"next":"brief","history_behind":null}`,
			`jobs 50 "" shell none a true api "two words"`,
		},
		{
			"GET", "/v1/status", "", 200, `{"pid":7,"version":"v1","since":"1970-01-01T00:00:01.000Z","data":null,"config":null,"config_error":null,"path":null,"missing":null,"ready":true,"why":null,"fleet":null,` +
				`"counts":{"jobs":0,"paused":0,"failing":0,"running":0,"held":0,"unplaced":0,"sessions":0},"sessions":null,"failing":null,"running":null,"next":null,"undelivered":null}`, "",
		},
		{"GET", "/v1/jobs/brief", "", 200, brief, "job brief"},
		{"POST", "/v1/jobs/brief/run", "", 202, `{"run":"r1","holds":[]}`, "run brief"},
		{
			"POST", "/v1/jobs/brief/backfill", `{"from":"2026-01-01T00:00:00.000Z","to":"2026-01-02T00:00:00.000Z"}`, 202,
			`{"slots":2,"skipped":0,"reason":null,"at_least":false,"runs":[]}`, "backfill brief 2026-01-01T00:00:00.000Z 2026-01-02T00:00:00.000Z",
		},
		{"POST", "/v1/jobs/brief/run", "{}", 202, `{"run":"r1","holds":[]}`, "run brief"},
		{"POST", "/v1/jobs/brief/pause", "", 202, brief, "job brief"},
		{"POST", "/v1/jobs/brief/resume", "", 202, brief, "job brief"},
		{"POST", "/v1/jobs/brief/cancel", "", 202, brief, "job brief"},
		{"GET", "/v1/runs?job=brief&status=held&limit=1&after=c", "", 200, `{"items":[],"next":null,"history_behind":null}`, `runs 1 "c" "brief" "held"`},
		{"GET", "/v1/runs?since=2027-01-15T12:00:00%2B02:00&until=2027-01-16T00:00:00.5Z", "", 200, `{"items":[],"next":null,"history_behind":null}`, `runs 50 "" "" "" 2027-01-15T10:00:00.000Z to 2027-01-16T00:00:00.500Z`},
		{"GET", "/v1/runs/r1", "", 200, run, "run r1"},
		{"POST", "/v1/runs/r1/cancel", "", 202, run, "run r1"},
		{
			"GET", "/v1/explain/brief?at=yesterday%2007:00", "", 200,
			`{"job":"brief","slot":null,"run":null,"status":null,"verdict":"","now":"","timezone":"","near":{"before":null,"after":null},"chain":[],"omitted":0,"as_of":null,"deliveries":null}`,
			`explain brief "yesterday 07:00" ""`,
		},
		{"GET", "/v1/sessions", "", 200, `{"items":[],"next":null}`, `sessions 50 ""`},
		{"GET", "/v1/sessions/default", "", 200, session + `}`, ""},
		{"POST", "/v1/sessions/default/login", `{"token":"t","force":true}`, 200, session + `,"applied":true,"seq":12}`, "login default t true"},
		{"POST", "/v1/sessions/default/expire", ``, 200, session + `,"applied":false,"seq":13}`, "expire default {Source: Reason: Generation:0}"},
		{"POST", "/v1/sessions/default/expire", `{"source":"s","reason":"r","generation":4}`, 200, session + `,"applied":false,"seq":13}`, "expire default {Source:s Reason:r Generation:4}"},
		{"POST", "/v1/sessions/default/logout", "", 200, session + `,"applied":true,"seq":14}`, "logout default"},
		{"GET", "/healthz", "", 200, `{"status":"ok"}`, ""},
		{"GET", "/readyz", "", 200, `{"status":"ok","notes":["look at this"]}`, ""},
		{"GET", "/v1/nodes?limit=2", "", 200, `{"items":[{"name":"b","state":"lost","drained":false,"labels":{"gpu":"true"},"actors":null,"version":null,"running":0,"since":null,"lost_at":"1970-01-01T00:00:01.000Z","reason":"lapsed","answers":false}],"next":null,"as_of":null}`, `nodes 2 ""`},
		{"POST", "/v1/nodes/default/drain", "", 200, `{"name":"default","state":"draining","drained":true,"labels":null,"actors":null,"version":null,"running":2,"since":null,"lost_at":null,"reason":null,"answers":false}`, "drain default"},
		{"POST", "/v1/nodes/default/resume", "", 200, `{"name":"default","state":"open","drained":false,"labels":null,"actors":null,"version":null,"running":0,"since":null,"lost_at":null,"reason":null,"answers":true}`, "resume node default"},
		{"GET", "/v1/targets?limit=2", "", 200, `{"items":[{"name":"hook","kind":"webhook","state":"failing","waiting":2,"failures":3,"error":"503","failed_at":"1970-01-01T00:00:01.000Z","took_at":null,"next_try":"1970-01-01T00:00:02.000Z"}],"next":null}`, `targets 2 ""`},
		{"POST", "/v1/targets/default/test", "", 200, `{"target":"default","ok":false,"error":"404","id":"t1"}`, "test default"},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.target, func(t *testing.T) {
			var f fake
			w := ask(&f, tt.method, tt.target, jsonType, tt.body)
			if got := strings.TrimSpace(w.Body.String()); w.Code != tt.status || got != tt.want || w.Header().Get("Content-Type") != jsonType {
				t.Errorf("%d %s\n%s\nwant %d\n%s", w.Code, w.Header().Get("Content-Type"), got, tt.status, tt.want)
			}
			if f.asked != tt.asked {
				t.Errorf("asked the backend for %q, want %q", f.asked, tt.asked)
			}
		})
	}
}

func TestProblems(t *testing.T) {
	huge := `{"token":"` + strings.Repeat("x", api.MaxBody) + `"}`
	tests := []struct {
		method, target, contentType, body string
		status                            int
		detail                            string
	}{
		{"GET", "/v1/jobs/none", "", "", 404, `there is no "none"`},
		{"GET", "/v1/jobs/broken", "", "", 500, "the machine is on fire"},
		{"GET", "/v1/nothing", "", "", 404, `unknown path "/v1/nothing"; /openapi.json lists the paths of the API`},
		{"DELETE", "/v1/runs", "", "", 405, "/v1/runs is not for DELETE; it allows GET, HEAD"},
		{"GET", "/v1/jobs/brief/run", "", "", 405, "/v1/jobs/brief/run is not for GET; it allows POST"},
		{"GET", "/v1/jobs?limit=0", "", "", 400, `limit must be 1 to 1000, not "0"`},
		{"GET", "/v1/jobs?limit=1001", "", "", 400, `limit must be 1 to 1000, not "1001"`},
		{"GET", "/v1/jobs?limit=", "", "", 400, `limit must be 1 to 1000, not ""`},
		{"GET", "/v1/jobs?limt=5", "", "", 400, `unknown parameter "limt"; known are state, failing, held, disabled, actor, session, tag, managed_by, q, limit, after`},
		{"GET", "/v1/jobs?state=asleep", "", "", 400, `unknown state "asleep"; known are [idle queued running backing_off held paused]`},
		{"GET", "/v1/jobs?failing=perhaps", "", "", 400, `failing must be true or false, not "perhaps"`},
		{"GET", "/v1/status?limit=1", "", "", 400, "/v1/status takes no parameters"},
		{"GET", "/v1/runs?job=a&job=b", "", "", 400, `parameter "job" is given 2 times; give it once`},
		{"GET", "/v1/runs?status=done", "", "", 400, `unknown status "done"; known are [queued running backing_off held succeeded failed cancelled skipped stale]`},
		{"POST", "/v1/runs/none/cancel", "", "", 404, `there is no "none"`},
		{"GET", "/v1/runs/none/logs", "", "", 404, `there is no "none"`},
		{"GET", "/v1/runs/r1/logs?follow=perhaps", "", "", 400, `follow must be true or false, not "perhaps"`},
		{"GET", "/v1/runs?since=yesterday", "", "", 400, `since must be an RFC 3339 time, such as 2027-01-15T12:00:00Z, not "yesterday"`},
		{"GET", "/v1/runs?job=%zz", "", "", 400, `the query cannot be read: invalid URL escape "%zz"`},
		{"GET", "/v1/explain/none", "", "", 404, `there is no "none"`},
		{"GET", "/v1/explain/brief?at=07:00&run=x", "", "", 400, "use either at or run, not both"},
		{"GET", "/v1/explain/brief?limit=1", "", "", 400, `unknown parameter "limit"; known are at, run`},
		{"GET", "/v1/explain/brief?at=noon", "", "", 400, `at "noon" is not a time; write 07:00, "today 07:00", "yesterday 07:00", "2027-01-15 07:00" or RFC 3339, such as 2027-01-15T07:00:00Z`},
		{"POST", "/v1/jobs/none/pause", "", "", 404, `there is no "none"`},
		{"POST", "/v1/jobs/brief/run", "application/json", `{"when":"now"}`, 400, `the body is not valid: unknown field "when"`},
		{"POST", "/v1/sessions/default/login", "application/json", "", 400, "the request needs a JSON body"},
		{"POST", "/v1/sessions/default/login", "text/plain", `{"token":"t"}`, 415, "the Content-Type must be application/json"},
		{"POST", "/v1/sessions/default/login", "", `{"token":"t"}`, 415, "the Content-Type must be application/json"},
		{"POST", "/v1/sessions/default/login", "application/json", `{"token":5}`, 400, "the body is not valid: token must be a string"},
		{"POST", "/v1/sessions/default/login", "application/json", `{"token":"t"} {}`, 400, "the body has more than one JSON value"},
		{"POST", "/v1/sessions/default/login", "application/json", huge, 413, "the body is longer than 65536 bytes"},
		{"POST", "/v1/sessions/default/login", "application/json", `{"token":"old"}`, 409, "that very token has expired"},
		{"POST", "/v1/sessions/none/login", "application/json", `{"token":"t"}`, 404, `there is no "none"`},
		{"GET", "/v1/" + strings.Repeat("x", 50_000), "", "", 404, `unknown path "/v1/` + strings.Repeat("x", 96) + `…"; /openapi.json lists the paths of the API`},
		{"GET", "/readyz", "", "", 503, "not ready: the log has stopped"},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.method, " ", tt.target, " ", tt.status), func(t *testing.T) {
			w := ask(&fake{ready: errors.New("the log has stopped")}, tt.method, tt.target, tt.contentType, tt.body)
			want := fmt.Sprintf(`{"type":"about:blank","title":%q,"status":%d,"detail":%q}`, http.StatusText(tt.status), tt.status, tt.detail)
			got, _, found := strings.Cut(strings.TrimSpace(w.Body.String()), `,"errors":[`) // see TestFaults
			if found {
				got += "}"
			}
			if w.Code != tt.status || got != want {
				t.Errorf("%d %s\nwant %s", w.Code, got, want)
			}
			if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
				t.Errorf("content type %q", got)
			}
		})
	}
}

func TestTokenStaysHidden(t *testing.T) {
	const token = "eyJ-very-secret"
	core, logs := observer.New(zap.DebugLevel)
	l := contract.Login{Token: token}
	zap.New(core).Info("login", zap.Any("login", l), zap.Stringer("token", l.Token))
	handler := api.Handler(&fake{}, zap.New(core))
	bodies := fmt.Sprintf("%v %+v %#v %s", l, l, l, l.Token)
	for _, body := range []string{`{"token":"` + token, `{"token":{"x":"` + token + `"}}`, `{"` + token + `"`} {
		r := httptest.NewRequest("POST", "/v1/sessions/default/login", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		bodies += w.Body.String()
	}
	for _, entry := range logs.All() {
		bodies += fmt.Sprint(entry.ContextMap())
	}
	if strings.Contains(bodies, token) {
		t.Errorf("the token shows: %s", bodies)
	}
}
