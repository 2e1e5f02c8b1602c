package policy_test

import (
	"testing"
	"time"

	"curfew/messages"
)

// TestTimersAfterSetBack: a timer goes off after the time that it was set for, whatever becomes of the clock. People
// are told when that is by the clock as it is, and a restart waits for what is left of it.
func TestTimersAfterSetBack(t *testing.T) {
	retry := messages.Retry{Attempts: 3, Initial: messages.Duration(10 * time.Minute), Factor: 1, Max: messages.Duration(10 * time.Minute), Within: messages.Duration(time.Hour)}
	s := newStepper(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
		Release:  messages.ReleaseConfig{Rate: 1, CanaryWait: messages.Duration(time.Minute)},
	},
		messages.Definition{Job: "failing", Actor: "shell", Retry: retry},
		messages.Definition{Job: "agent", Actor: "agent", Gated: true, Session: "default", Retry: retry},
	)
	s.step(messages.SessionRestored{Session: "default", By: "ada"})
	fail := func(job string, f messages.AttemptFailed) {
		a := started(s.step(messages.RunRequested{Job: job, Request: job}))[0]
		f.AttemptRef = messages.AttemptRef{Run: a.Run, Job: job, Attempt: a.Attempt}
		f.Session, f.Generation, f.Called = a.Session, a.Generation, true
		s.step(f)
	}
	fail("failing", messages.AttemptFailed{Class: messages.ClassTransient})
	backoff := s.now.Add(10 * time.Minute)
	fail("agent", messages.AttemptFailed{
		Class: messages.ClassRateLimited, Detail: messages.DetailQuota, RetryAfter: messages.Duration(20 * time.Minute),
	})
	quota := s.now.Add(20 * time.Minute)

	const back = 2 * time.Hour
	s.now = s.now.Add(5*time.Minute - back)
	s.step(messages.ClockSetBack{By: messages.Duration(back), To: s.now.Add(time.Second)})
	if j, _ := s.Job("failing"); j.Runs[0].Due != backoff.Add(-back) {
		t.Errorf("the backoff ends at %s, want %s", j.Runs[0].Due, backoff.Add(-back))
	}
	if v, _ := s.Session("default"); v.Until != quota.Add(-back) {
		t.Errorf("the quota ends at %s, want %s", v.Until, quota.Add(-back))
	}
	want := map[messages.WakeReason]messages.Instant{messages.WakeRetry: backoff, messages.WakeQuota: quota}
	for _, p := range s.Timers() {
		if p.Due != want[p.Why] {
			t.Errorf("the timer %s is called %s, want %s: it is known by that", p.Why, p.Due, want[p.Why])
		}
		if got, left := p.Wait(s.now), want[p.Why].Add(-back).Sub(s.now); got != left {
			t.Errorf("a restart waits %s for the timer %s, want %s", got, p.Why, left)
		}
		delete(want, p.Why)
	}
	if len(want) > 0 {
		t.Errorf("there is no timer for %v", want)
	}
}
