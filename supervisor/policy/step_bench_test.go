package policy_test

import (
	"fmt"
	"testing"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// recorded is facts with their places, made beforehand: what is measured is the machine alone.
type recorded struct {
	at   messages.Instant
	seq  uint64
	fact messages.Fact
}

// rounds makes the facts of n jobs: their definitions, and rounds of a slot of each. Of every tenth slot the first
// attempt fails and is tried again, if retries is set.
func rounds(n, times int, retries bool) (defined, all []recorded) {
	m := policy.New()
	at, seq := messages.Instant(1_800_000_000_000), uint64(1)
	step := func(into *[]recorded, f messages.Fact) []messages.Decision {
		*into = append(*into, recorded{at, seq, f})
		ds := m.Step(at, seq, f)
		seq += 1 + uint64(len(ds))
		return ds
	}
	step(&defined, messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default"}}, Lanes: []messages.LaneConfig{{Actor: "bench", Size: n}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10},
	})
	for i := range n {
		step(&defined, messages.Defined(messages.Definition{
			Job: fmt.Sprintf("job-%07d", i), Actor: "bench", OnHold: messages.OnHoldRunOnce, Overlap: messages.OverlapSkip,
			Retry: messages.Retry{Attempts: 3, Initial: 1, Factor: 1, Max: 1, Within: messages.Duration(time.Hour)},
		}))
	}
	for range times {
		at = at.Add(time.Minute)
		var starts []messages.AttemptStarted
		for from := 0; from < n; from += messages.MaxSlotsDue {
			due := messages.SlotsDue{}
			for i := from; i < min(n, from+messages.MaxSlotsDue); i++ {
				due.Slots = append(due.Slots, messages.JobSlot{Job: fmt.Sprintf("job-%07d", i), Slot: at})
			}
			starts = append(starts, begun(step(&all, due))...)
		}
		for i, s := range starts {
			ref := messages.AttemptRef{Run: s.Run, Job: s.Job, Attempt: s.Attempt, Incarnation: 1}
			if retries && i%10 == 0 {
				for _, d := range step(&all, messages.AttemptFailed{AttemptRef: ref, Class: messages.ClassTransient, Called: true}) {
					if w, ok := d.(messages.WakeScheduled); ok {
						at = w.Due
						ref.Attempt = begun(step(&all, messages.Woke(w)))[0].Attempt
					}
				}
			}
			step(&all, messages.AttemptSucceeded{AttemptRef: ref, Called: true, Output: "all is well"})
		}
	}
	return defined, all
}

// begun are the attempts among decisions.
func begun(ds []messages.Decision) (out []messages.AttemptStarted) {
	for _, d := range ds {
		if a, ok := d.(messages.AttemptStarted); ok {
			out = append(out, a)
		}
	}
	return out
}

// BenchmarkFacts steps the machine through facts that are there already: slots and successes, with a retry of every
// tenth.
func BenchmarkFacts(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		b.Run(fmt.Sprintf("jobs=%d", n), func(b *testing.B) {
			defined, all := rounds(n, max(2, 100_000/n), true)
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				m := policy.New()
				for _, r := range defined {
					m.Step(r.at, r.seq, r.fact)
				}
				b.StartTimer()
				for _, r := range all {
					decide(m, r)
				}
			}
			b.ReportMetric(float64(b.N)*float64(len(all))/b.Elapsed().Seconds(), "facts/s")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func decide(m *policy.Machine, r recorded) { m.Decide(r.at, r.seq, r.fact) }
