package policy_test

import (
	"errors"
	"strconv"
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

// TestBoundsOfFacts: what is at its bound is admitted, what is beyond it is refused.
func TestBoundsOfFacts(t *testing.T) {
	labels := func(n int) map[string]string {
		out := make(map[string]string)
		for i := range n {
			out["l"+strconv.Itoa(i)] = "x"
		}
		return out
	}
	job := func(change func(*messages.Definition)) messages.Fact {
		def := messages.Definition{Job: "j", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}
		change(&def)
		return messages.Defined(def)
	}
	deliver := func(targets int, remind messages.Duration) messages.Fact {
		return job(func(d *messages.Definition) {
			d.Deliver = &messages.Deliver{To: make([]string, targets), Remind: remind}
		})
	}
	set := func(change func(*messages.RuntimeConfigured)) messages.Fact {
		f := settings()
		change(&f)
		return f
	}
	// Between first and slots lie more, of which the old ones end with recent.
	missed := func(first messages.Instant, more int, recent messages.Instant, slots ...messages.Instant) messages.Fact {
		return messages.SlotsMissed{Job: "j", First: first, More: more, Old: more / 2, Recent: recent, Slots: slots}
	}
	for name, facts := range map[string]struct{ within, beyond []messages.Fact }{
		"labels": {
			[]messages.Fact{messages.NodeJoined{Node: "a", Incarnation: 1, Labels: labels(messages.MaxLabels)}},
			[]messages.Fact{messages.NodeJoined{Node: "a", Incarnation: 1, Labels: labels(messages.MaxLabels + 1)}},
		},
		"targets": {[]messages.Fact{deliver(1, 0), deliver(messages.MaxDeliverTo, 0)}, []messages.Fact{deliver(0, 0), deliver(messages.MaxDeliverTo+1, 0), deliver(1, -1)}},
		"retry": {
			[]messages.Fact{
				job(func(d *messages.Definition) { d.Retry.Jitter = 0 }),
				job(func(d *messages.Definition) { d.Retry.Jitter = 1 }),
			},
			[]messages.Fact{
				job(func(d *messages.Definition) { d.Retry.Attempts = 0 }),
				job(func(d *messages.Definition) { d.Retry.Factor = 0.9 }),
				job(func(d *messages.Definition) { d.Retry.Jitter = 1.1 }),
				job(func(d *messages.Definition) { d.Retry.Jitter = -0.1 }),
			},
		},
		"settings": {
			[]messages.Fact{settings()},
			[]messages.Fact{
				set(func(f *messages.RuntimeConfigured) { f.Sessions = nil }),
				set(func(f *messages.RuntimeConfigured) { f.Sessions[0].Lane = -1 }),
				set(func(f *messages.RuntimeConfigured) { f.Lanes[0].Size = 0 }),
				set(func(f *messages.RuntimeConfigured) { f.Release.Rate = 0 }),
				set(func(f *messages.RuntimeConfigured) { f.Release.CanaryWait = 0 }),
			},
		},
		"missed": {
			[]messages.Fact{missed(1, 0, 0, 1), missed(1, 1, 1, 2, 3), missed(1, 2, 2, 3)},
			[]messages.Fact{missed(1, 0, 0), missed(2, 0, 0, 1), missed(1, 0, 0, 2, 2), missed(1, -1, 0, 2), missed(1, 2, 1, 3), missed(1, 2, 3, 3)},
		},
		"parallel": {
			[]messages.Fact{job(func(d *messages.Definition) { d.MaxParallel = messages.MaxParallel })},
			[]messages.Fact{
				job(func(d *messages.Definition) { d.MaxParallel = messages.MaxParallel + 1 }),
				job(func(d *messages.Definition) { d.MaxParallel = -1 }),
			},
		},
	} {
		for _, f := range facts.within {
			if _, err := policy.New().Admit(f); err != nil {
				t.Errorf("%s within their bounds: %+v: %v", name, f, err)
			}
		}
		for _, f := range facts.beyond {
			if _, err := policy.New().Admit(f); !errors.Is(err, policy.ErrBadPayload) {
				t.Errorf("%s beyond their bounds: %+v: %v", name, f, err)
			}
		}
	}
}

// TestASpentJobIsRemoved: a one-shot that is deleted after its run is hidden from people, and its removal takes what is
// left of it, once. Nothing else is taken of it.
func TestASpentJobIsRemoved(t *testing.T) {
	s := newStepper(messages.RuntimeConfigured{Release: messages.ReleaseConfig{Rate: 1, CanaryWait: 1}}, messages.Definition{
		Job: "once", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}, Timetable: messages.Timetable{DeleteAfterRun: true},
	})
	due := s.step(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "once", Slot: s.now + 1}}})
	s.step(messages.AttemptSucceeded{AttemptRef: refOf(started(due)[0])})
	if _, err := s.Admit(messages.JobPaused{Job: "once"}); !errors.Is(err, policy.ErrUnknownJob) {
		t.Errorf("it is paused: %v", err)
	}
	gone := messages.JobRemoved{Job: "once"}
	if _, err := s.Admit(gone); err != nil {
		t.Fatalf("it is not removed: %v", err)
	}
	if s.step(gone); len(s.Spent()) > 0 {
		t.Errorf("left of it: %+v", s.Spent())
	}
	if _, err := s.Admit(gone); !errors.Is(err, policy.ErrUnknownJob) {
		t.Errorf("it is removed again: %v", err)
	}
}

// TestUnknownNames: what is about a job or a session that there is not is refused.
func TestUnknownNames(t *testing.T) {
	for _, f := range []messages.Fact{
		messages.JobPaused{Job: "j"}, messages.JobRemoved{Job: "j"}, messages.RunRequested{Job: "j", Request: "r"}, messages.CancelRequested{Job: "j"},
	} {
		if _, err := policy.New().Admit(f); !errors.Is(err, policy.ErrUnknownJob) {
			t.Errorf("%T: %v", f, err)
		}
	}
	for _, f := range []messages.Fact{
		messages.SessionConfirmed{Session: "s"},
		messages.SessionExpired{Session: "s"},
		messages.SessionExpired{Session: "s", Generation: 1},
		messages.SessionRestored{Session: "s"},
		messages.RefreshFailed{Session: "s"},
		messages.AttemptFailed{Session: "s"},
	} {
		if _, err := policy.New().Admit(f); !errors.Is(err, policy.ErrUnknownSession) {
			t.Errorf("%T: %v", f, err)
		}
	}
}
