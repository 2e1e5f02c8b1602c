package targets_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/notifier"
	"curfew/actors/system/notifier/targets"
)

// tracker is a client of Sentry's on a clock of the test's, and a server that answers it.
type tracker struct {
	t      *testing.T
	s      *targets.Sentry
	now    time.Time
	lines  *observer.ObservedLogs
	answer func(w http.ResponseWriter) // nil: 200
	bodies []string
}

// RoundTrip is the server.
func (k *tracker) RoundTrip(r *http.Request) (*http.Response, error) {
	body := new(strings.Builder)
	if err := r.Write(body); err != nil {
		return nil, err
	}
	k.bodies = append(k.bodies, body.String())
	w := recorder{header: http.Header{}, status: http.StatusOK}
	if k.answer != nil {
		k.answer(&w)
	}
	if w.status == 0 {
		return nil, errors.New("dial tcp: connection refused to http://" + secretUser + "@127.0.0.1/42")
	}
	return &http.Response{StatusCode: w.status, Header: w.header, Body: http.NoBody, Request: r}, nil
}

type recorder struct {
	header http.Header
	status int
}

func (r *recorder) Header() http.Header         { return r.header }
func (r *recorder) Write(b []byte) (int, error) { return len(b), nil }
func (r *recorder) WriteHeader(status int)      { r.status = status }

func newTracker(t *testing.T) *tracker {
	core, lines := observer.New(zap.WarnLevel)
	k := &tracker{t: t, now: time.Unix(1_800_000_000, 0), lines: lines}
	var err error
	k.s, err = targets.NewSentry(targets.SentryOptions{
		DSN: "http://" + secretUser + "@127.0.0.1/42", Release: "curfew@test", Client: &http.Client{Transport: k},
		Redact: func(s string) string { return strings.ReplaceAll(s, secretPass, "[redacted]") },
		Now:    func() time.Time { return k.now }, Logger: zap.New(core),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(k.s.Close)
	return k
}

func (k *tracker) send(id string) error {
	r := report
	return k.s.Send(k.t.Context(), notifier.Message{ID: id, Kind: notifier.KindReport, At: 1_800_000_000_000, Job: r.Job, Run: r.Run, Report: &r})
}

// event is the last one that was sent.
func (k *tracker) event() (e map[string]any) {
	k.t.Helper()
	lines := strings.Split(strings.TrimSpace(k.bodies[len(k.bodies)-1]), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &e); err != nil {
		k.t.Fatalf("the envelope is %q: %v", lines, err)
	}
	return e
}

func TestSentryEvent(t *testing.T) {
	k := newTracker(t)
	if err := k.send("one"); err != nil {
		t.Fatal(err)
	}
	e := k.event()
	if got := fmt.Sprint(e["fingerprint"]); got != "[cron cli_agent timeout]" {
		t.Errorf("fingerprint %s", got)
	}
	const tags = "map[agent_id:backup class:timeout domain:cron failure:retries_exhausted job_id:backup operation:cli_agent_job session_target:isolated]"
	if got := fmt.Sprint(e["tags"]); got != tags {
		t.Errorf("tags %s", got)
	}
	if got := fmt.Sprint(e["contexts"]); got != "map[curfew:map[attempts:3 run:run1]]" {
		t.Errorf("contexts %s", got)
	}
	if got := fmt.Sprint(e["exception"]); !strings.Contains(got, "it hangs at [redacted]") {
		t.Errorf("exception %s", got)
	}
	for _, absent := range []string{"modules", "breadcrumbs", "request", "threads", "user"} {
		if v, ok := e[absent]; ok && fmt.Sprint(v) != "map[]" {
			t.Errorf("the event has %s: %v", absent, v)
		}
	}
	if e["server_name"] != "curfew" || e["release"] != "curfew@test" || e["environment"] != "production" || e["level"] != "error" {
		t.Errorf("the event is %v", e)
	}
	id := e["event_id"]
	if err := k.send("one"); err != nil || k.event()["event_id"] != id {
		t.Errorf("the same report has another id: %v", err)
	}
	if err := k.send("two"); err != nil || k.event()["event_id"] == id {
		t.Errorf("another report has the same id: %v", err)
	}
}

func TestSentryAnswers(t *testing.T) {
	for _, c := range []struct {
		status int
		want   string
	}{{200, "taken"}, {0, "later 0s"}, {500, "later 0s"}, {400, "refused"}, {401, "refused"}} {
		k := newTracker(t)
		k.answer = func(w http.ResponseWriter) { w.WriteHeader(c.status) }
		err := k.send("one")
		if got := kindOf(err); got != c.want || err != nil && len(shows(err.Error())) > 0 {
			t.Errorf("%d: %s, %v; want %s", c.status, got, err, c.want)
		}
	}
	k := newTracker(t)
	k.answer = func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "120")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	if got := kindOf(k.send("one")); got != "later 2m0s" {
		t.Errorf("429: %s", got)
	}
	if got := kindOf(k.send("one")); got != "later 1m0s" || len(k.bodies) != 1 {
		t.Errorf("while it asks for a pause: %s, and %d requests", got, len(k.bodies))
	}
}

func TestSentryIsLimitedByFingerprint(t *testing.T) {
	k := newTracker(t)
	taken := 0
	for i := range targets.Burst + 15 {
		if k.send(fmt.Sprint("id-", i)) == nil {
			taken++
		}
	}
	if taken != targets.Burst || len(k.bodies) != targets.Burst {
		t.Errorf("%d were taken and %d sent; want %d", taken, len(k.bodies), targets.Burst)
	}
	if k.lines.Len() != 1 {
		t.Errorf("holding back is said %d times, want once", k.lines.Len())
	}
	k.now = k.now.Add(targets.RefillEvery)
	if err := k.send("later"); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(k.event()["contexts"]); !strings.Contains(got, "suppressed_before:15") {
		t.Errorf("the next event says %s; want how many were held back", got)
	}
	k.now = k.now.Add(-time.Hour) // the clock is set back: nothing is gained or lost
	if err := k.send("back"); kindOf(err) != "refused" {
		t.Errorf("after the clock was set back: %v", err)
	}
	k.now = k.now.Add(targets.RefillEvery)
	k.answer = func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }
	if got := kindOf(k.send("tried")); got != "later 0s" {
		t.Errorf("502: %s", got)
	}
	k.answer = nil
	if err := k.send("tried"); err != nil {
		t.Errorf("a second try takes a second token: %v", err)
	}
}

func TestSentryRefusesBadDSNs(t *testing.T) {
	for _, dsn := range []string{"ftp://" + secretUser + "@example.com/1", "https://example.com/" + secretPath, secretPath, ""} {
		_, err := targets.NewSentry(targets.SentryOptions{DSN: dsn, Client: &http.Client{}, Redact: func(s string) string { return s }})
		if err == nil || len(shows(err.Error())) > 0 {
			t.Errorf("a bad DSN: %v", err)
		}
	}
}
