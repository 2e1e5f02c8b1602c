package policy_test

import (
	"slices"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestHoldsOfAJob: a job is held by what its held run waits for. If it has none, it is held by what a run that fell due
// now would wait for, and not at all if that run would be the one that tries.
func TestHoldsOfAJob(t *testing.T) {
	m := policy.New()
	seq := uint64(0)
	step := func(f messages.Fact) []messages.Decision {
		seq += 10
		return m.Step(messages.Instant(1_800_000_000_000+seq), seq, f)
	}
	expect := func(job string, want ...messages.Hold) {
		t.Helper()
		if v, ok := m.Job(job); !ok || !slices.Equal(v.Holds, want) {
			t.Errorf("%s is held by %v, want %v", job, v.Holds, want)
		}
	}
	step(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
		Release:  messages.ReleaseConfig{Rate: 1, CanaryWait: 1},
	})
	for _, job := range []string{"first", "second"} {
		step(messages.Defined(messages.Definition{Job: job, Actor: "agent", Gated: true, Session: "default"}))
	}
	step(messages.Defined(messages.Definition{Job: "backup", Actor: "shell"}))
	expect("first", messages.HoldSession)
	expect("backup")
	step(messages.JobPaused{Job: "first", By: "ada"})
	step(messages.JobPaused{Job: "backup", By: "ada"})
	expect("first", messages.HoldSession, messages.HoldPaused)
	expect("backup", messages.HoldPaused)
	step(messages.JobResumed{Job: "first", By: "ada"})
	step(messages.SessionRestored{Session: "default", By: "ada"})
	expect("first") // either would be the canary
	expect("second")
	step(messages.RunRequested{Job: "first", Request: "r"})
	expect("second", messages.HoldSession) // which is under way now
	step(messages.SessionExpired{Session: "default", Generation: 1})
	step(messages.RunRequested{Job: "second", Request: "r"})
	expect("second", messages.HoldSession)
	step(messages.JobPaused{Job: "second", By: "ada"})
	expect("second", messages.HoldSession, messages.HoldPaused)
}
