package policy_test

import (
	"errors"
	"fmt"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestFollowersAreBounded: what a Step decides when a run ends has a bound, whoever defines jobs.
func TestFollowersAreBounded(t *testing.T) {
	m := policy.New()
	m.Step(1, 1, messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: messages.DefaultSession}},
		Release:  messages.ReleaseConfig{Rate: 1, CanaryWait: 1},
	})
	define := func(name string, after *messages.After) error {
		d := messages.Definition{Job: name, Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}
		d.After = after
		f, err := m.Admit(messages.Defined(d))
		if err == nil {
			m.Step(2, 2, f)
		}
		return err
	}
	refused := func(err error) {
		t.Helper()
		if !errors.Is(err, policy.ErrBadPayload) {
			t.Errorf("want a refusal, got %v", err)
		}
	}
	if err := define("head", nil); err != nil {
		t.Fatal(err)
	}
	refused(define("self", &messages.After{Job: "self"}))
	refused(define("odd", &messages.After{Job: "head", On: "sometimes"}))
	refused(define("odd", &messages.After{}))
	for i := range 2 * messages.MaxAfter {
		if err := define(fmt.Sprintf("f%03d", i), &messages.After{Job: "head"}); err != nil {
			t.Fatalf("follower %d: %v", i+1, err)
		}
	}
	refused(define("late", &messages.After{Job: "head"}))
	if err := define("f000", &messages.After{Job: "head", On: messages.AfterAny}); err != nil {
		t.Errorf("a follower that is defined again: %v", err)
	}
	m.Step(3, 3, messages.JobRemoved{Job: "f001"})
	if err := define("late", &messages.After{Job: "head"}); err != nil {
		t.Errorf("after another has gone: %v", err)
	}
	out := m.Step(4, 4, messages.RunRequested{Job: "head", Request: "r"})
	run := out[0].(messages.RunQueued).Run
	out = m.Step(5, 6, messages.AttemptSucceeded{AttemptRef: messages.AttemptRef{Run: run, Job: "head", Attempt: 1}})
	queued := 0
	for _, d := range out {
		if q, ok := d.(messages.RunQueued); ok && q.After.Run == run {
			queued++
		}
	}
	if queued != 2*messages.MaxAfter {
		t.Errorf("%d runs follow, want %d", queued, 2*messages.MaxAfter)
	}
}
