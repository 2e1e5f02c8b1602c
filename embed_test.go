package curfew_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"

	"curfew"
	"curfew/actors"
	"curfew/bus"
	"curfew/messages"
	"curfew/tests/patience"
)

// askSpec is the block of an actor type that depends on a session.
type askSpec struct {
	Every time.Duration `json:"-"`
	Text  string        `json:"text"`
	Wait  bool          `json:"wait"` // until the attempt is told to stop
}

func (askSpec) Kind() string    { return "ask" }
func (askSpec) Validate() error { return nil }

type ask struct{ actors.Gated[askSpec] }

func newAsk(actors.Env) actors.Actor[askSpec] { return &ask{} }

func (*ask) Run(ctx context.Context, run actors.Run[askSpec]) (actors.Output, error) {
	if run.Spec.Wait {
		<-ctx.Done()
		return actors.Output{}, ctx.Err()
	}
	return actors.Output{Text: run.Spec.Text}, nil
}

func kinds(k *actors.Registry) { actors.Register(k, newAsk) }

// begin starts a runtime with one job of the type ask, which is due never, and stops it with the test.
func begin(t *testing.T, folder string, with askSpec) *curfew.Runtime {
	t.Helper()
	return beginOf(t, of(folder, never("question", with)))
}

// until reads records up to the first that is as wanted.
func until[B messages.Body](t *testing.T, from <-chan messages.Record, as func(B) bool) B {
	t.Helper()
	for {
		select {
		case rec, open := <-from:
			if !open {
				t.Fatalf("the subscription ended before a %T", *new(B))
			}
			if b, ok := rec.Body.(B); ok && as(b) {
				return b
			}
		case <-time.After(patience.Limit):
			t.Fatalf("no %T came", *new(B))
		}
	}
}

func anyOf[B messages.Body](B) bool { return true }

func subscribe(t *testing.T, rt *curfew.Runtime, topics ...messages.Topic) <-chan messages.Record {
	t.Helper()
	heard, err := rt.Subscribe(t.Context(), topics...)
	if err != nil {
		t.Fatal(err)
	}
	return heard
}

// TestOutage: the program says that the session has expired, asks for a run, which is held, and says that somebody has
// signed in.
func TestOutage(t *testing.T) {
	rt := begin(t, t.TempDir(), askSpec{Text: "forty-two"})
	heard := subscribe(t, rt)
	got, err := rt.Submit(t.Context(), messages.SessionExpired{Session: "default", Source: "program", Reason: "401"})
	if err != nil || got.Seq == 0 || len(got.Decisions) == 0 {
		t.Fatalf("submit: %+v, %v", got, err)
	}
	run, err := rt.RunJob(t.Context(), "question")
	if err != nil {
		t.Fatal(err)
	}
	held := until(t, heard, anyOf[messages.RunHeld])
	if held.Run != run {
		t.Errorf("run %s was asked for, and %s is held", run, held.Run)
	}
	if _, err := rt.Submit(t.Context(), messages.SessionRestored{Session: "default", By: "program"}); err != nil {
		t.Fatal(err)
	}
	until(t, heard, func(f messages.RunFinished) bool { return f.Run == run && f.Status == messages.StatusSucceeded })
}

// TestTwoRuntimes: two runtimes of one process know nothing of each other.
func TestTwoRuntimes(t *testing.T) {
	a, b := begin(t, t.TempDir(), askSpec{Text: "a"}), begin(t, t.TempDir(), askSpec{Text: "b"})
	fromA, fromB := subscribe(t, a, messages.TopicAttempt), subscribe(t, b, messages.TopicAttempt)
	if _, err := a.Submit(t.Context(), messages.SessionExpired{Session: "default", Source: "test", Reason: "only in a"}); err != nil {
		t.Fatal(err)
	}
	for _, rt := range []*curfew.Runtime{a, b} {
		if _, err := rt.RunJob(t.Context(), "question"); err != nil {
			t.Fatal(err)
		}
	}
	if done := until(t, fromB, anyOf[messages.AttemptSucceeded]); done.Output != "b" {
		t.Errorf("b says %q", done.Output)
	}
	if _, err := a.Submit(t.Context(), messages.SessionRestored{Session: "default", By: "test"}); err != nil {
		t.Fatal(err)
	}
	if done := until(t, fromA, anyOf[messages.AttemptSucceeded]); done.Output != "a" {
		t.Errorf("a says %q", done.Output)
	}
}

// TestFolderIsTaken: a folder has one runtime, which keeps what was before.
func TestFolderIsTaken(t *testing.T) {
	folder := t.TempDir()
	rt := begin(t, folder, askSpec{})
	second, err := curfew.New(curfew.Config{
		Folder: folder, Actors: kinds, Jobs: []curfew.Job{{Name: "other", Schedule: "@daily", With: askSpec{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Run(t.Context()); err == nil || !strings.Contains(err.Error(), folder) {
		t.Errorf("a second runtime of the folder: %v", err)
	}
	if _, err := rt.Submit(t.Context(), messages.JobPaused{Job: "question", By: "test"}); err != nil {
		t.Fatal(err)
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := begin(t, folder, askSpec{})
	got, err := again.Submit(t.Context(), messages.JobResumed{Job: "question", By: "test"})
	if err != nil || got.Seq < 3 {
		t.Errorf("the second start: %+v, %v", got, err)
	}
}

// TestStopInterrupts: an attempt that would go on for ever is told to stop, at once when ctx has ended. A receiver that
// does not read holds nothing up.
func TestStopInterrupts(t *testing.T) {
	rt, err := curfew.New(curfew.Config{
		Folder: t.TempDir(), Actors: kinds, Drain: time.Hour,
		Jobs: []curfew.Job{{Name: "question", Schedule: "@yearly", With: askSpec{Wait: true}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard, unread := subscribe(t, rt), subscribe(t, rt)
	if _, err := rt.RunJob(t.Context(), "question"); err != nil {
		t.Fatal(err)
	}
	until(t, heard, anyOf[messages.AttemptStarted])
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := rt.Stop(ctx); err != nil {
		t.Error(err)
	}
	for _, ended := range []<-chan messages.Record{heard, unread} {
		for range ended { // up to its end
		}
	}
	if _, err := rt.Submit(t.Context(), messages.JobPaused{Job: "question"}); !errors.Is(err, curfew.ErrNotRunning) {
		t.Errorf("submit after the stop: %v", err)
	}
	if err := rt.Start(t.Context()); !errors.Is(err, curfew.ErrStarted) {
		t.Errorf("a second start: %v", err)
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Errorf("a second stop: %v", err)
	}
}

// TestRunEndsWithItsContext in order, which is no error.
func TestRunEndsWithItsContext(t *testing.T) {
	rt, err := curfew.New(curfew.Config{
		Folder: t.TempDir(), Actors: kinds, Jobs: []curfew.Job{{Name: "question", Schedule: "@yearly", With: askSpec{}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Stop(t.Context()); !errors.Is(err, curfew.ErrNotRunning) {
		t.Errorf("a stop before the start: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	if err := rt.Start(ctx); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- rt.Wait() }()
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestRefused: what does not fit is an error of the caller, and the runtime goes on.
func TestRefused(t *testing.T) {
	rt := begin(t, t.TempDir(), askSpec{})
	var refused *bus.Refused
	if _, err := rt.Submit(t.Context(), messages.SessionExpired{Session: "nobody"}); !errors.As(err, &refused) {
		t.Errorf("an unknown session: %v", err)
	}
	if _, err := rt.RunJob(t.Context(), "nothing"); err == nil || !strings.Contains(err.Error(), `"nothing"`) {
		t.Errorf("an unknown job: %v", err)
	}
	if err := rt.SignIn(t.Context(), "default", "token"); err == nil || !strings.Contains(err.Error(), "backend") {
		t.Errorf("a token for a session that keeps none: %v", err)
	}
	if _, err := rt.Submit(t.Context(), messages.JobPaused{Job: "question", By: "test"}); err != nil {
		t.Error(err)
	}
}

// TestWatermill: a program that knows nothing of Curfew's types tells it, and hears it.
func TestWatermill(t *testing.T) {
	rt := begin(t, t.TempDir(), askSpec{})
	in, err := rt.Publisher()
	if err != nil {
		t.Fatal(err)
	}
	msg := message.NewMessage(watermill.NewUUID(), []byte(`{"session":"default","generation":0,"source":"proxy","reason":"401"}`))
	msg.Metadata.Set("name", "session.expired.v1")
	if err := in.Publish("session", msg); err != nil {
		t.Fatal(err)
	}
	out, err := rt.Subscriber(bus.SubscriberOptions{})
	if err != nil {
		t.Fatal(err)
	}
	heard, err := out.Subscribe(t.Context(), "session")
	if err != nil {
		t.Fatal(err)
	}
	for got := range heard {
		got.Ack()
		if got.Metadata.Get("name") == "gate.closed.v1" {
			return
		}
	}
	t.Error("the gate was not closed")
}

// TestJobFile: a runtime may have its jobs from a file, and then has none in code.
func TestJobFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "jobs.yaml")
	if err := os.WriteFile(file, []byte("jobs:\n  - {name: question, actor: ask, schedule: \"@daily\", with: {text: read}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rt, err := curfew.New(curfew.Config{Folder: folder, Actors: kinds, JobFile: file, Listen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard := subscribe(t, rt, messages.TopicAttempt)
	if _, err := rt.RunJob(t.Context(), "question"); err != nil {
		t.Fatal(err)
	}
	if done := until(t, heard, anyOf[messages.AttemptSucceeded]); done.Output != "read" {
		t.Errorf("it says %q", done.Output)
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

// onSocket is a client of the API of a folder's runtime.
func onSocket(t *testing.T, folder string) *http.Client {
	client := &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", filepath.Join(folder, "curfew.sock"))
		},
	}}
	t.Cleanup(client.CloseIdleConnections)
	return client
}

// put sets a job by the API. The text is what is wrong with that; empty: nothing.
func put(t *testing.T, folder, job string) string {
	t.Helper()
	const body = `{"actor": "ask", "schedule": "@yearly", "with": {}}`
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://localhost/v1/jobs/"+job, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := onSocket(t, folder).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode < http.StatusBadRequest {
		return ""
	}
	return string(text)
}

// TestSocket: whoever may use the folder sees the runtime, as that of a daemon.
func TestSocket(t *testing.T) {
	folder := t.TempDir()
	begin(t, folder, askSpec{})
	client := onSocket(t, folder)
	resp, err := client.Get("http://localhost/v1/jobs")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), `"name":"question"`) {
		t.Errorf("%s %s, %v", resp.Status, body, err)
	}
}

// TestNotValid: a runtime that cannot be is not made, and the error says where and what to do.
func TestNotValid(t *testing.T) {
	job := curfew.Job{Name: "question", Schedule: "@daily", With: askSpec{}}
	for want, c := range map[string]curfew.Config{
		"there is no Folder":  {Actors: kinds, Jobs: []curfew.Job{job}},
		"there are no Actors": {Folder: "x", Jobs: []curfew.Job{job}},
		"use either":          {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job}, JobFile: "jobs.yaml"},
		"is negative":         {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job}, Drain: -1},
		"job question, name":  {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job, job}},
		`job question: Keys has the key "schedule"`: {Folder: "x", Actors: kinds, Jobs: []curfew.Job{
			{Name: "question", Schedule: "@daily", With: askSpec{}, Keys: map[string]any{"schedule": "@hourly"}},
		}},
		"job question, retry.max":   {Folder: "x", Actors: kinds, Jobs: []curfew.Job{{Name: "question", Schedule: "@daily", With: askSpec{}, Keys: map[string]any{"retry": map[string]any{"max": -time.Second}}}}},
		"lanes.asks":                {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job}, Settings: map[string]any{"lanes": map[string]int{"asks": 2}}},
		`"jobs" is in Settings`:     {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job}, Settings: map[string]any{"jobs": nil}},
		"cannot be written as JSON": {Folder: "x", Actors: kinds, Jobs: []curfew.Job{job}, Settings: map[string]any{"notify": func() {}}},
		"no such file":              {Folder: "x", Actors: kinds, JobFile: "/nowhere/jobs.yaml"},
	} {
		if _, err := curfew.New(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
