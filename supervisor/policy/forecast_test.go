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

// TestLapsed: a credential that has lapsed by the time when its quota is renewed is said to have lapsed before it is tried.
// One that outlives the quota is not, nor one of which no end is known; and no other timer says so.
func TestLapsed(t *testing.T) {
	const quota = 3 * time.Hour
	for life, lapsed := range map[time.Duration]bool{0: false, time.Hour: true, quota: true, quota + time.Hour: false} {
		s := newStepper(messages.RuntimeConfigured{
			Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
		}, messages.Definition{Job: "agent", Actor: "agent", Gated: true, Session: "default"})
		in := messages.SessionRestored{Session: "default", By: "ada"}
		a := started(append(s.step(messages.RunRequested{Job: "agent", Request: "one"}), s.step(in)...))[0]
		if life > 0 {
			in.ExpiresAt = s.now.Add(life + time.Second)
			s.step(in)
			a.Generation++
		}
		s.step(messages.AttemptFailed{
			AttemptRef: messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt}, Session: a.Session, Generation: a.Generation,
			Called: true, Class: messages.ClassRateLimited, Detail: messages.DetailQuota, RetryAfter: messages.Duration(quota),
		})
		var timer messages.Timer
		for _, p := range s.Timers() {
			if p.Why == messages.WakeQuota {
				timer = p.Timer
			} else if _, _, ok := s.Lapsed(p.Timer, p.Due); ok {
				t.Errorf("life %s: the timer %s says that the credential has lapsed", life, p.Why)
			}
		}
		id, f, ok := s.Lapsed(timer, timer.Due)
		if ok != lapsed || ok && (f.Generation != a.Generation || f.Source != messages.SourceForecast || id == "") {
			t.Errorf("life %s: %t, %q, %+v; want %t", life, ok, id, f, lapsed)
		}
		replaced := timer
		replaced.Due--
		if _, _, ok := s.Lapsed(replaced, timer.Due); ok {
			t.Errorf("life %s: a timer that is no more says that the credential has lapsed", life)
		}
		if !lapsed {
			continue
		}
		s.step(f)
		if ds := s.step(messages.Woke{Timer: timer}); len(ds) > 0 {
			t.Errorf("life %s: after that the renewal of the quota decides %v", life, ds)
		}
	}
}
