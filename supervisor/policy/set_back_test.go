package policy_test

import (
	"testing"
	"time"

	"curfew/messages"
)

// back sets the clock back.
func (s *stepper) back(by time.Duration) []messages.Decision {
	s.now = s.now.Add(-by)
	return s.step(messages.ClockSetBack{By: messages.Duration(by), To: s.now.Add(time.Second)})
}

// TestSetBackTimers: timers keep their spans over a clock that is set back, so a restart arms them for the right time.
func TestSetBackTimers(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}})
	for _, name := range []string{"asks", "retries"} {
		s.step(messages.Defined(messages.Definition{Job: name, Actor: "shell", Retry: messages.Retry{
			Attempts: 2, Initial: messages.Duration(time.Hour), Factor: 1, Max: messages.Duration(time.Hour), Within: messages.Duration(9 * time.Hour),
		}}))
		ref := refOf(s.ask(name)[0])
		if name == "asks" {
			s.step(messages.SideEffectBegan{AttemptRef: ref})
		}
		s.step(messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassTransient})
	}
	before := map[messages.WakeReason]messages.Instant{}
	for _, p := range s.Timers() {
		before[p.Why] = p.At
	}
	s.back(5 * time.Hour)
	timers := s.Timers()
	for _, p := range timers {
		if moved := before[p.Why].Sub(p.At); moved != 5*time.Hour {
			t.Errorf("the timer %s has moved by %s", p.Why, moved)
		}
	}
	if len(before) != 2 || len(timers) != 2 {
		t.Errorf("timers %+v, then %+v", before, timers)
	}
}

// TestSetBackRation: a ration goes on over a clock that is set back, and what falls due then is none of its runs.
func TestSetBackRation(t *testing.T) {
	s := crowd(5, messages.OnHoldRunOnce)
	s.step(messages.Defined(messages.Definition{
		Job: "zz", Actor: "agent", Gated: true, Session: "default", Retry: messages.Retry{Attempts: 1, Factor: 1},
	}))
	s.step(paced(50, 1))
	canary := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
	s.step(messages.SessionConfirmed{Session: "default", Generation: 1, Run: canary.Run}) // one more starts, three wait
	s.back(time.Hour)
	s.step(messages.RunRequested{Job: "none", Request: "r"}) // a moment later
	if starts := started(s.step(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "zz", Slot: s.now}}})); len(starts) != 1 {
		t.Errorf("what falls due starts %+v", starts)
	}
}

// TestSetBackAttempt: an attempt over which the clock was set back has lasted since then, for retry.within.
func TestSetBackAttempt(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}, messages.Definition{
		Job: "sync", Actor: "shell", Retry: messages.Retry{
			Attempts: 9, Initial: 1000, Factor: 1, Max: 1000, Within: messages.Duration(30 * time.Minute),
		},
	})
	a := s.ask("sync")[0]
	s.now = s.now.Add(20 * time.Minute)
	s.back(time.Hour)
	s.now = s.now.Add(20 * time.Minute)
	timer := wakes(s.step(messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient}))[messages.WakeRetry]
	if len(timer) != 1 {
		t.Fatal("20 minutes are too many")
	}
	a = started(s.step(messages.Woke{Timer: timer[0]}))[0]
	s.now = s.now.Add(15 * time.Minute)
	if again := wakes(s.step(messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient})); len(again) > 0 {
		t.Errorf("35 minutes are not too many: %+v", again)
	}
}

// TestSetBackCanary: of two runs that have lost the session, the one that did so before the clock was set back is tried
// first, though it was later by the clock.
func TestSetBackCanary(t *testing.T) {
	s := gated("b", "a")
	lose := func(job string, ds []messages.Decision) {
		starts := started(ds)
		if len(starts) != 1 || starts[0].Job != job {
			t.Fatalf("%+v starts, and not %s", starts, job)
		}
		s.step(messages.AttemptFailed{
			AttemptRef: refOf(starts[0]), Class: messages.ClassSessionExpired, Session: "default", Generation: starts[0].Generation, Called: true,
		})
	}
	s.ask("b")
	lose("b", s.step(messages.SessionRestored{Session: "default", By: "ada"}))
	s.back(time.Hour)
	s.ask("a")
	lose("a", s.step(messages.SessionRestored{Session: "default", By: "ada"}))
	lose("b", s.step(messages.SessionRestored{Session: "default", By: "ada"}))
}

// TestSetBackSince: nothing has lasted since a time that is still to come, when people are told of it.
func TestSetBackSince(t *testing.T) {
	s := gated("a")
	s.ask("a")
	lost := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
	s.step(messages.AttemptFailed{
		AttemptRef: refOf(lost), Class: messages.ClassSessionExpired, Session: "default", Generation: 1, Called: true,
	})
	s.back(5 * time.Hour)
	if v, _ := s.Session("default"); v.Since != s.now {
		t.Errorf("at %s the gate is closed since %s", s.now, v.Since)
	}
	back := s.now
	canary := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
	tick := wakes(s.step(messages.SessionConfirmed{Session: "default", Generation: 2, Run: canary.Run}))[messages.WakeRelease][0]
	summaries := 0
	for _, d := range s.step(messages.Woke{Timer: tick}) {
		if n, ok := d.(messages.NotificationRequested); ok && n.Notice == messages.NoticeSessionSummary {
			if summaries++; n.Since != back {
				t.Errorf("the clock was set back at %s, and the outage has lasted since %s", back, n.Since)
			}
		}
	}
	if summaries != 1 {
		t.Errorf("there are %d summaries", summaries)
	}

	p := newPost(t, nil, &messages.Deliver{To: []string{"desk"}})
	p.end("", messages.ClassPermanent)
	p.now = p.now.Add(-5 * time.Hour)
	p.step(messages.ClockSetBack{By: messages.Duration(5 * time.Hour), To: p.now.Add(time.Minute)})
	back = p.now
	got := p.end("", "")
	if d, ok := got[len(got)-1].(messages.DeliveryRequested); !ok || d.Kind != messages.DeliverRecovery || d.Since != back {
		t.Errorf("the clock was set back at %s, and the success decides %+v", back, got)
	}
}
