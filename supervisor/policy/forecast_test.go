package policy_test

import (
	"testing"
	"time"

	"curfew/messages"
)

// TestUntimely: a forecast is kept from the instant at which its credential has lapsed, for the gate closes then; one that
// another credential has replaced is not, nor any other timer.
func TestUntimely(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
	})
	expires := s.now.Add(24 * time.Hour)
	s.step(messages.SessionRestored{Session: "default", By: "ada", ExpiresAt: expires})
	timer := s.Timers()[0].Timer
	other, replaced, unknown := timer, timer, timer
	other.Why, replaced.Due, unknown.Session = messages.WakeQuota, timer.Due-1, "other"
	for _, c := range []struct {
		of   messages.Timer
		now  messages.Instant
		kept bool
	}{
		{timer, timer.Due, false},
		{timer, expires - 1, false},
		{timer, expires, true},
		{other, expires, false},
		{replaced, expires, false},
		{unknown, expires, false},
	} {
		if kept := s.Untimely(c.of, c.now); kept != c.kept {
			t.Errorf("%+v at %s: kept %t", c.of, c.now, kept)
		}
	}
	s.step(messages.SessionExpired{Session: "default", Generation: 1, Reason: "401"})
	if s.Untimely(timer, timer.Due) {
		t.Error("it is kept while the session is closed for an expiry")
	}
}
