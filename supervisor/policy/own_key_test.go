package policy_test

import (
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestOwnKeySaysNothing: whatever anybody publishes about an attempt with a key of its own moves neither the gate of
// its session nor its circuit, though a host of ours would not publish most of it.
func TestOwnKeySaysNothing(t *testing.T) {
	ref := messages.AttemptRef{Job: "mine", Attempt: 1}
	about := func(f messages.AttemptFailed) func(messages.RunID, uint64) messages.Fact {
		return func(id messages.RunID, gen uint64) messages.Fact {
			f.AttemptRef, f.Session, f.Generation = ref, "default", gen
			f.Run = id
			return f
		}
	}
	for name, fact := range map[string]func(messages.RunID, uint64) messages.Fact{
		"confirmed": func(id messages.RunID, gen uint64) messages.Fact {
			return messages.SessionConfirmed{Session: "default", Generation: gen, Run: id}
		},
		"succeeded": func(id messages.RunID, _ uint64) messages.Fact {
			f := messages.AttemptSucceeded{AttemptRef: ref, Called: true}
			f.Run = id
			return f
		},
		"expired":                 about(messages.AttemptFailed{Class: messages.ClassSessionExpired, Called: true}),
		"turned away at the door": about(messages.AttemptFailed{Class: messages.ClassSessionExpired}),
		"quota":                   about(messages.AttemptFailed{Class: messages.ClassRateLimited, Detail: messages.DetailQuota, Called: true}),
		"permanent":               about(messages.AttemptFailed{Class: messages.ClassPermanent, Called: true}),
		"abandoned": func(id messages.RunID, _ uint64) messages.Fact {
			f := messages.AttemptAbandoned{AttemptRef: ref}
			f.Run = id
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := policy.New()
			seq := uint64(0)
			step := func(f messages.Fact) (out []messages.Decision) {
				seq += 10
				return m.Step(messages.Instant(1_800_000_000_000+seq), seq, f)
			}
			step(messages.RuntimeConfigured{
				Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
				Release:  messages.ReleaseConfig{Rate: 1, CanaryWait: 1},
			})
			for _, own := range []bool{true, false} {
				d := messages.Definition{Job: "theirs", Actor: "agent", Gated: true, Session: "default", OwnKey: own}
				if own {
					d.Job = "mine"
				}
				d.Retry = messages.Retry{Attempts: 3, Initial: 1000, Factor: 1, Max: 1000, Within: 1 << 50}
				step(messages.Defined(d))
			}
			step(messages.SessionRestored{Session: "default", By: "ada"})
			var id messages.RunID
			for _, d := range step(messages.RunRequested{Job: "mine", Request: "r"}) {
				if s, ok := d.(messages.AttemptStarted); ok && !s.Canary {
					id = s.Run
				}
			}
			if id == "" {
				t.Fatal("a probing gate holds it")
			}
			before, _ := m.Session("default")
			for _, d := range step(fact(id, before.Generation)) {
				if d.Topic() == messages.TopicSession {
					t.Errorf("%s follows", d.Name())
				}
			}
			if after, _ := m.Session("default"); after.State != messages.StateProbing || after.Circuit != policy.CircuitClosed || after.Late != 0 {
				t.Errorf("the session is %+v", after)
			}
		})
	}
}
