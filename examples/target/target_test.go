package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/target/pager"

	"curfew"
	"curfew/actors/shell"
	"curfew/messages"
)

// TestFailureIsPaged: a job fails, the API is down at first, and who is on call is paged once.
func TestFailureIsPaged(t *testing.T) {
	t.Setenv("PAGER_KEY", "k-123")
	pages := make(chan map[string]string, 8)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var page map[string]string
		if err := json.NewDecoder(r.Body).Decode(&page); err != nil || r.Header.Get("Authorization") != "Bearer k-123" {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if len(pages) == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		pages <- page
	}))
	defer server.Close()
	rt, err := curfew.New(curfew.Config{
		Folder: t.TempDir(), Actors: register,
		Settings: map[string]any{"targets": map[string]any{
			"oncall": map[string]any{"pager": pager.Spec{URL: server.URL, Queue: "ops", KeyEnv: "PAGER_KEY"}},
		}},
		Jobs: []curfew.Job{{
			Name: "backup", Schedule: "@yearly", With: shell.Spec{Command: "echo disk full >&2; exit 1"},
			Keys: map[string]any{"deliver": map[string]any{"to": "oncall", "on": []string{"failure"}}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard, err := rt.Subscribe(t.Context(), messages.TopicOutbox)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rt.RunJob(t.Context(), "backup"); err != nil {
		t.Fatal(err)
	}
	var done messages.DeliveryFinished
	for done.To != "oncall" {
		select {
		case rec := <-heard:
			done, _ = rec.Body.(messages.DeliveryFinished)
		case <-time.After(5 * time.Minute): // however busy the machine is
			t.Fatal("nobody is paged")
		}
	}
	if err := rt.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	first, second := <-pages, <-pages
	if !done.OK || done.Attempt != 2 || len(pages) != 0 || first["dedup"] != second["dedup"] {
		t.Errorf("%+v, after %v and %v", done, first, second)
	}
	if second["queue"] != "ops" || !strings.Contains(second["text"], "disk full") {
		t.Errorf("the page is %v", second)
	}
}

// TestProgram builds the program, and lets it check a job file with such a target.
func TestProgram(t *testing.T) {
	program := filepath.Join(t.TempDir(), "curfew")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if out, err := exec.Command(program, "check", "jobs.yaml").CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
