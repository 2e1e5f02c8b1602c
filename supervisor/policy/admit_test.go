package policy_test

import (
	"errors"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestATimerHasATime: a timer that goes off without a time would pass for each that is not set, and open a gate that
// waits for its canary.
func TestATimerHasATime(t *testing.T) {
	timer := messages.Timer{Session: "default", Why: messages.WakeCanaryWait}
	if _, err := policy.New().Admit(messages.Woke{Timer: timer}); !errors.Is(err, policy.ErrBadPayload) {
		t.Errorf("without a time it is admitted: %v", err)
	}
	timer.Due = 1
	if _, err := policy.New().Admit(messages.Woke{Timer: timer}); err != nil {
		t.Errorf("with a time it is refused: %v", err)
	}
}

// TestALimitOrNone: a definition with a limit of time and without one is none.
func TestALimitOrNone(t *testing.T) {
	def := messages.Definition{Job: "j", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}, NoTimeout: true}
	if _, err := policy.New().Admit(messages.Defined(def)); err != nil {
		t.Errorf("without a limit it is refused: %v", err)
	}
	def.Timeout = 1
	if _, err := policy.New().Admit(messages.Defined(def)); !errors.Is(err, policy.ErrBadPayload) {
		t.Errorf("with a limit and without one it is admitted: %v", err)
	}
}
