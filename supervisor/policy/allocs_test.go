package policy_test

import (
	"fmt"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// TestAllocations: in the steady state a timer and a success take no memory, and a slot only its run's id.
func TestAllocations(t *testing.T) {
	const jobs = 200
	s := newStepper(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "shell", Size: jobs}, {Actor: "agent", Size: jobs}},
		Release: messages.ReleaseConfig{CanaryWait: 1, Rate: 10},
	})
	for i := range jobs {
		d := messages.Definition{Job: fmt.Sprintf("job-%03d", i), Actor: "shell", Retry: messages.Retry{Attempts: 3, Factor: 1, Within: messages.Duration(time.Hour)}}
		if i%2 == 1 {
			d.Actor, d.Gated, d.Session = "agent", true, "default"
		}
		s.step(messages.Defined(d))
	}
	for round := range 3 {
		steady := round > 0 // the first makes the room for all that follow
		due := make([]messages.JobSlot, jobs)
		for i := range due {
			due[i] = messages.JobSlot{Job: fmt.Sprintf("job-%03d", i), Slot: s.now.Add(time.Second)}
		}
		var starts []messages.AttemptStarted
		slots := s.counted([]messages.Fact{messages.SlotsDue{Slots: due}}, func(ds *policy.Decisions) { starts = append(starts, started(ds.All())...) })
		var fails, wokes, ends []messages.Fact
		for _, a := range starts {
			fails = append(fails, messages.AttemptFailed{AttemptRef: refOf(a), Class: messages.ClassTransient, Called: true})
		}
		s.counted(fails, func(ds *policy.Decisions) {
			wokes = append(wokes, messages.Woke{Timer: ds.At(ds.Len() - 1).(messages.WakeScheduled).Timer})
		})
		timers := s.counted(wokes, func(ds *policy.Decisions) {
			ends = append(ends, messages.AttemptSucceeded{AttemptRef: refOf(ds.At(ds.Len() - 1).(messages.AttemptStarted)), Called: true})
		})
		successes := s.counted(ends, nil)
		if len(starts) != jobs || len(ends) != jobs || len(s.Unfinished()) != 0 {
			t.Fatalf("%d runs began, %d succeeded, %d are left", len(starts), len(ends), len(s.Unfinished()))
		}
		if steady && (slots > 1.1*jobs || timers != 0 || successes != 0) {
			t.Errorf("allocations of %d slots: %v, of their timers: %v, of their successes: %v", jobs, slots, timers, successes)
		}
	}
}

func refOf(a messages.AttemptStarted) messages.AttemptRef {
	return messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt}
}

// counted steps facts, and returns how many allocations that took. What comes of each it shows to see.
func (s *stepper) counted(facts []messages.Fact, see func(*policy.Decisions)) (allocs float64) {
	for _, f := range facts {
		first := true
		var ds *policy.Decisions
		s.now, s.seq = s.now.Add(time.Second), s.seq+10_000
		allocs += testing.AllocsPerRun(1, func() {
			if !first { // the run before is for a warm-up that a machine does not need
				ds = s.Decide(s.now, s.seq, f)
			}
			first = false
		})
		if see != nil {
			see(ds)
		}
	}
	return allocs
}
