package policy_test

import (
	"errors"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestRefreshIsSpent: after five credentials in a row that no person brought and the backend refused, the machine takes no
// further one on entry; a person's starts the count anew. So it is if the first comes while the gate is open, unproven.
func TestRefreshIsSpent(t *testing.T) {
	for _, backend := range []string{"https://a.example.com", ""} {
		s := newStepper(messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default", Backend: backend, Refresh: true}}})
		restored := messages.SessionRestored{Session: "default", By: messages.ByRefresh}
		for i := range 5 {
			if _, err := s.Admit(restored); err != nil {
				t.Fatalf("credential %d: %v", i+1, err)
			}
			s.step(restored)
			v, _ := s.Session("default")
			s.step(messages.SessionExpired{Session: "default", Generation: v.Generation, Source: "test", Reason: "401"})
		}
		if _, err := s.Admit(restored); !errors.Is(err, policy.ErrRefreshSpent) {
			t.Errorf("the sixth: %v", err)
		}
		s.step(messages.SessionRestored{Session: "default", By: "ada"})
		if _, err := s.Admit(restored); err != nil {
			t.Errorf("after a person: %v", err)
		}
	}
}

// TestRefreshIsGood: a credential that the backend has accepted starts the count anew, also if no person brought it.
func TestRefreshIsGood(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com", Refresh: true}}})
	restored := messages.SessionRestored{Session: "default", By: messages.ByRefresh}
	for i := range 9 {
		if _, err := s.Admit(restored); err != nil {
			t.Fatalf("credential %d: %v", i+1, err)
		}
		s.step(restored)
		v, _ := s.Session("default")
		if i == 4 {
			s.step(messages.SessionConfirmed{Session: "default", Generation: v.Generation, Run: "r"})
		}
		s.step(messages.SessionExpired{Session: "default", Generation: v.Generation, Source: "test", Reason: "401"})
	}
}

// TestLapseAt: a gate closes half a minute before its credential lapses, or a tenth of its life before.
func TestLapseAt(t *testing.T) {
	for life, want := range map[time.Duration]time.Duration{
		24 * time.Hour: 24*time.Hour - 30*time.Second, 5 * time.Minute: 4*time.Minute + 30*time.Second,
		time.Minute: 54 * time.Second, time.Second: 900 * time.Millisecond, 0: 0,
	} {
		if got := policy.LapseAt(1000, messages.Instant(1000).Add(life)).Sub(1000); got != want {
			t.Errorf("a life of %s: closes after %s, want %s", life, got, want)
		}
	}
}
