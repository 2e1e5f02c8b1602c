package main

import (
	"bufio"
	"context"
	"io"
	"testing"

	"curfew"
	"curfew/messages"
)

// TestWork asks for reports of two teams, and ends the program.
func TestWork(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	asked, ended := make(chan string), make(chan error, 1)
	go func() { ended <- work(ctx, w, t.TempDir(), asked) }()
	lines := bufio.NewScanner(r)
	for _, team := range []string{"kitchen", "garden", "kitchen"} {
		asked <- team
		for _, want := range []string{"the report for " + team, team + ": succeeded"} {
			if !lines.Scan() || lines.Text() != want {
				t.Fatalf("it says %q, want %q", lines.Text(), want)
			}
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestOutage: while the session has expired a report is held, and is written once after the sign-in.
func TestOutage(t *testing.T) {
	rt, err := curfew.New(config(t.TempDir(), "kitchen"))
	if err != nil {
		t.Fatal(err)
	}
	if err := rt.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	heard, err := rt.Subscribe(t.Context(), messages.TopicAttempt, messages.TopicRun)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := rt.Submit(t.Context(), messages.SessionExpired{Session: "default", Source: "test", Reason: "401"}); err != nil {
		t.Fatal(err)
	}
	if _, err := rt.RunJob(t.Context(), "kitchen"); err != nil {
		t.Fatal(err)
	}
	var held bool
	for rec := range heard {
		switch b := rec.Body.(type) {
		case messages.RunHeld:
			held = true
			if _, err := rt.Submit(t.Context(), messages.SessionRestored{Session: "default", By: "test"}); err != nil {
				t.Fatal(err)
			}
		case messages.AttemptStarted:
			if !held {
				t.Error("it was started while the session had expired")
			}
		case messages.RunFinished:
			if b.Status != messages.StatusSucceeded {
				t.Errorf("it is %s", b.Status)
			}
			if err := rt.Stop(t.Context()); err != nil {
				t.Error(err)
			}
			return
		}
	}
	t.Error("it has not ended")
}
