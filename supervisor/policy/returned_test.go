package policy_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestOneEndOfEachAttempt: the end of an attempt that is not the one in flight changes nothing.
func TestOneEndOfEachAttempt(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}, messages.Definition{
		Job: "sync", Actor: "shell",
		Retry: messages.Retry{Attempts: 3, Initial: 1000, Factor: 1, Max: 1000, Within: messages.Duration(time.Hour)},
	})
	first := refOf(s.ask("sync")[0])
	again := s.step(messages.AttemptFailed{AttemptRef: first, Class: messages.ClassTransient})
	s.step(messages.Woke{Timer: wakes(again)[messages.WakeRetry][0]})
	for _, f := range []messages.Fact{
		messages.AttemptSucceeded{AttemptRef: first},
		messages.AttemptFailed{AttemptRef: first, Class: messages.ClassPermanent},
		messages.AttemptInterrupted{AttemptRef: first, Why: messages.InterruptCrashed},
		messages.AttemptAbandoned{AttemptRef: first},
	} {
		if ds := s.step(f); len(ds) > 0 {
			t.Errorf("%T of an earlier attempt: %+v", f, ds)
		}
	}
	if flying := s.InFlight(); len(flying) != 1 || flying[0].Attempt != 2 {
		t.Errorf("in flight: %+v", flying)
	}
}

// TestAFailureCosts: what a failed attempt has cost counts against its job's budget like that of any other.
func TestAFailureCosts(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}, messages.Definition{
		Job: "ask", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}, MaxTokensPerDay: 1000,
	})
	for i, want := range []string{"", messages.ReasonBudget} { // what is at the bound may go on
		a := started(s.step(messages.RunRequested{Job: "ask", Request: string(rune('a' + i))}))[0]
		got := ""
		for _, d := range s.step(messages.AttemptFailed{
			AttemptRef: refOf(a), Class: messages.ClassPermanent, Usage: &messages.Usage{InputTokens: 1000},
		}) {
			if n, ok := d.(messages.NotificationRequested); ok {
				got = n.Reason
			}
		}
		if got != want {
			t.Errorf("after %d failures it is paused by %q, want %q", i+1, got, want)
		}
	}
}

// TestAnotherJobOfItsName: a job that was removed and is defined again, before its last attempt has returned, is another
// one: it is not paused, and nothing is left of the first when that one is over.
func TestAnotherJobOfItsName(t *testing.T) {
	def := messages.Definition{Job: "sync", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}, def)
	a := s.ask("sync")[0]
	s.step(messages.JobPaused{Job: "sync"})
	s.step(messages.JobRemoved{Job: "sync"})
	if _, err := s.Admit(messages.JobResumed{Job: "sync"}); !errors.Is(err, policy.ErrUnknownJob) {
		t.Errorf("it is resumed when it is gone: %v", err)
	}
	s.step(messages.Defined(def))
	if v, _ := s.Job("sync"); v.Paused {
		t.Error("the other one is paused")
	}
	s.step(messages.JobRemoved{Job: "sync"})
	s.step(messages.AttemptInterrupted{AttemptRef: refOf(a), Why: messages.InterruptCancelled})
	if left := text(t, s.Machine); bytes.Contains(left, []byte(`"sync"`)) {
		t.Errorf("when both are over there is left:\n%s", left)
	}
}
