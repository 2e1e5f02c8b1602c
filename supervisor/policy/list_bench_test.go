package policy_test

import (
	"fmt"
	"testing"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// BenchmarkLists is how long the log's writer stands still for what people and scrapes ask the machine, by how many jobs
// there are: half of them are held with a session, with a run each. The benchmarks are as long with a million as with ten
// thousand.
func BenchmarkLists(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		m := manyJobs(b, n)
		middle := m.JobNames("", n/2)[n/2-1]
		for name, ask := range map[string]func(){
			"names of 50 jobs": func() { m.JobNames(middle, 51) },
			"250 jobs": func() {
				for _, name := range m.JobNames(middle, 250) {
					m.Job(name)
				}
			},
			"a session": func() { m.Session("default") },
			"a scrape":  func() { m.Glance(); m.Load() },
		} {
			b.Run(fmt.Sprintf("%s/jobs=%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					ask()
				}
			})
		}
	}
}

// manyJobs is a machine with jobs of which every other depends on a session that is closed, and has a run.
func manyJobs(b *testing.B, n int) *policy.Machine {
	b.Helper()
	s := newStepper(messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{{Name: "default", Backend: "https://example.com"}}, Release: messages.ReleaseConfig{Rate: 10, CanaryWait: 1},
	})
	var due []messages.JobSlot
	for i := range n {
		d := messages.Definition{Job: fmt.Sprintf("job-%07d", i), Actor: "shell", Retry: messages.Retry{Attempts: 1, Factor: 1}}
		if i%2 == 1 {
			d.Actor, d.Gated, d.Session = "agent", true, "default"
			due = append(due, messages.JobSlot{Job: d.Job, Slot: 1_900_000_000_000})
		}
		s.step(messages.Defined(d))
	}
	s.step(messages.SlotsDue{Slots: due})
	if v, _ := s.Session("default"); v.Held != n/2 {
		b.Fatalf("%d runs are held", v.Held)
	}
	return s.Machine
}
