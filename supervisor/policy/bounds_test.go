package policy_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// crowd is a machine with so many gated jobs, each with a run that waits for the gate.
func crowd(n int, onHold messages.OnHold) *stepper {
	s := gated()
	s.define(n, onHold)
	s.due(n)
	return s
}

// define defines so many jobs.
func (s *stepper) define(n int, onHold messages.OnHold) {
	for i := range n {
		s.step(messages.Defined(messages.Definition{
			Job: fmt.Sprintf("job%05d", i), Actor: "agent", Gated: true, Session: "default", OnHold: onHold,
			Retry: messages.Retry{Attempts: 1, Factor: 1},
		}))
	}
}

// due has a slot of each of them fall due.
func (s *stepper) due(n int) {
	var slots []messages.JobSlot
	for i := range n {
		slots = append(slots, messages.JobSlot{Job: fmt.Sprintf("job%05d", i), Slot: s.now.Add(time.Second)})
	}
	for part := range slices.Chunk(slots, messages.MaxSlotsDue) {
		s.step(messages.SlotsDue{Slots: part})
	}
}

// wakes are the timers among decisions, by their reasons.
func wakes(ds []messages.Decision) map[messages.WakeReason][]messages.Timer {
	out := map[messages.WakeReason][]messages.Timer{}
	for _, d := range ds {
		if w, ok := d.(messages.WakeScheduled); ok {
			out[w.Why] = append(out[w.Why], w.Timer)
		}
	}
	return out
}

// paced is the settings of gated, with so many places and starts a second.
func paced(lane int, rate float64) messages.RuntimeConfigured {
	return messages.RuntimeConfigured{
		Reloaded: true,
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://a.example.com"}},
		Lanes:    []messages.LaneConfig{{Actor: "agent", Size: lane}},
		Release:  messages.ReleaseConfig{Rate: rate, CanaryWait: messages.Duration(time.Hour)},
	}
}

// TestTickIsBounded: a ration of 10,000 a second lets 1,024 go at once, and the next as many a tenth of a second later.
func TestTickIsBounded(t *testing.T) {
	s := crowd(3000, messages.OnHoldRunOnce)
	s.step(paced(5000, 10_000))
	canary := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
	ds := s.step(messages.SessionConfirmed{Session: "default", Generation: 1, Run: canary.Run})
	tick := wakes(ds)[messages.WakeRelease]
	if n := len(started(ds)); n != 1024 || len(tick) != 1 || tick[0].Due.Sub(s.now) != 102*time.Millisecond {
		t.Errorf("%d start, then %+v at %s", n, tick, s.now)
	}
	if n := len(started(s.step(messages.Woke{Timer: tick[0]}))); n != 1024 {
		t.Errorf("the tick after it starts %d", n)
	}
}

// TestStepIsBounded: one Step starts 1,024 runs of those that could, and asks for a further fact.
func TestStepIsBounded(t *testing.T) {
	s := gated("zz")
	s.define(3000, messages.OnHoldRunOnce)
	s.step(paced(1, 10_000))
	s.step(messages.SessionRestored{Session: "default", By: "ada"})
	canary := s.ask("zz")[0]
	ds := s.step(messages.SessionConfirmed{Session: "default", Generation: 1, Run: canary.Run})
	s.step(messages.Woke{Timer: wakes(ds)[messages.WakeRelease][0]}) // the ration is over
	s.due(3000)
	ds = s.step(paced(5000, 10_000))
	for _, want := range []int{1024, 1024, 952} {
		if n := len(started(ds)); n != want {
			t.Fatalf("a step starts %d, want %d", n, want)
		}
		tick := wakes(ds)[messages.WakeRelease]
		if want < 1024 {
			break
		}
		if len(tick) != 1 {
			t.Fatalf("no further fact is asked for: %+v", tick)
		}
		ds = s.step(messages.Woke{Timer: tick[0]})
	}
}

// TestRationEndsInVain: what the ration has not let go yet waits for room in its lane, and is called off, or becomes none
// of the session's. The ration ends by a further fact, and people get the summary.
func TestRationEndsInVain(t *testing.T) {
	for dropped, gone := range []messages.Fact{
		messages.Defined(messages.Definition{Job: "job00001", Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}),
		messages.CancelRequested{Job: "job00001"},
	} {
		s := crowd(2, messages.OnHoldRunOnce)
		s.step(paced(1, 1))
		canary := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
		ds := s.step(messages.SessionConfirmed{Session: "default", Generation: 1, Run: canary.Run})
		s.step(messages.Woke{Timer: wakes(ds)[messages.WakeRelease][0]})
		tick := wakes(s.step(gone))[messages.WakeRelease]
		if len(tick) != 1 || tick[0].Due != s.now {
			t.Fatalf("after %s the ration goes on at %+v", gone.Name(), tick)
		}
		summaries := 0
		for _, d := range s.step(messages.Woke{Timer: tick[0]}) {
			if n, ok := d.(messages.NotificationRequested); ok && n.Notice == messages.NoticeSessionSummary && n.Counts.Dropped == dropped {
				summaries++
			}
		}
		if summaries != 1 {
			t.Errorf("after %s there are %d summaries of it", gone.Name(), summaries)
		}
	}
}

// TestExpiriesOfARunAreBounded: of a run that loses one session after the other the newest eight are kept.
func TestExpiriesOfARunAreBounded(t *testing.T) {
	s := gated("a")
	s.ask("a")
	for range 20 {
		a := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
		s.step(messages.AttemptFailed{
			AttemptRef: refOf(a), Class: messages.ClassSessionExpired, Session: "default", Generation: a.Generation, Called: true,
		})
	}
	if kept := text(t, s.Machine); !bytes.Contains(kept, []byte(`"Expired":[13,14,15,16,17,18,19,20]`)) {
		t.Errorf("%s", kept)
	}
}

// TestQuestionsAreBounded: an opening sets the deadlines of 1,024 questions, and each tick those of as many.
func TestQuestionsAreBounded(t *testing.T) {
	s := crowd(2500, messages.OnHoldAsk)
	s.step(messages.Defined(messages.Definition{
		Job: "zz", Actor: "agent", Gated: true, Session: "default", Retry: messages.Retry{Attempts: 1, Factor: 1},
	}))
	s.ask("zz")
	canary := started(s.step(messages.SessionRestored{Session: "default", By: "ada"}))[0]
	ds := s.step(messages.SessionConfirmed{Session: "default", Generation: 1, Run: canary.Run})
	for _, want := range []int{1024, 1024, 452} {
		if n := len(wakes(ds)[messages.WakeAsk]); n != want {
			t.Errorf("%d questions get a deadline, want %d", n, want)
		}
		if tick := wakes(ds)[messages.WakeRelease]; len(tick) > 0 {
			ds = s.step(messages.Woke{Timer: tick[0]})
		}
	}
}

// TestRunAllIsBounded: of the slots of a job with on_hold: run_all a thousand wait.
func TestRunAllIsBounded(t *testing.T) {
	s := crowd(1, messages.OnHoldRunAll)
	made, skipped := 1, 0
	for range 1001 {
		for _, d := range s.step(messages.SlotsDue{Slots: []messages.JobSlot{{Job: "job00000", Slot: s.now.Add(2 * time.Second)}}}) {
			switch d := d.(type) {
			case messages.RunQueued:
				made++
			case messages.SlotSkipped:
				skipped++
				if d.Reason != messages.SkipRunAllLimit {
					t.Errorf("skipped: %s", d.Reason)
				}
			}
		}
	}
	if made != 1000 || skipped != 2 {
		t.Errorf("%d runs, %d slots skipped; want 1000, 2", made, skipped)
	}
}

// TestParallelIsBounded: a job may have 64 runs beside each other, and no more.
func TestParallelIsBounded(t *testing.T) {
	for most, refused := range map[int]bool{-1: true, 0: false, 64: false, 65: true} {
		_, err := policy.New().Admit(messages.Defined(messages.Definition{
			Job: "sync", Actor: "shell", Overlap: messages.OverlapAllow, MaxParallel: most, Retry: messages.Retry{Attempts: 1, Factor: 1},
		}))
		if errors.Is(err, policy.ErrBadPayload) != refused {
			t.Errorf("max_parallel: %d: %v", most, err)
		}
	}
}
