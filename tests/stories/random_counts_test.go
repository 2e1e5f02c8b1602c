package stories

import (
	"maps"
	"slices"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// counts derives anew, from one job after the other, what the machine counts as it changes, and compares.
func (h *history) counts() {
	h.View(func(m *policy.Machine) {
		var names []string
		paused := 0
		jobs := map[string]int{} // by session
		for _, d := range jobsOfRandom {
			v, ok := m.Job(d.Job)
			if !ok {
				continue
			}
			names = append(names, d.Job)
			if v.Paused {
				paused++
			}
			if v.Definition.Gated {
				jobs[v.Definition.Session]++
			}
		}
		h.onNodes(m)
		slices.Sort(names)
		runs, held := h.derived(m)
		load := m.Load()
		if !maps.Equal(runs, load.Runs) || !maps.Equal(held, load.Held) {
			h.t.Fatalf("step %d: unfinished runs %v, held %v; counted %v and %v\n%s", h.n, runs, held, load.Runs, load.Held, transcript(h.All()))
		}
		if got := m.JobNames("", policy.All); !slices.Equal(names, got) || m.Glance().Jobs != len(names) || m.PausedCount() != paused {
			h.t.Fatalf("step %d: jobs %v, %d paused, listed %v, counted %d, %d\n%s", h.n, names, paused, got, m.Glance().Jobs, m.PausedCount(), transcript(h.All()))
		}
		for _, name := range m.SessionNames("", policy.All) {
			v, ok := m.Session(name)
			if !ok || v.Jobs != jobs[name] || v.Held != held[name] || len(m.JobsOf(name, "", policy.All)) != jobs[name] {
				h.t.Fatalf("step %d: session %s has %d jobs and holds %d runs; counted %d, %d, listed %v\n%s",
					h.n, name, jobs[name], held[name], v.Jobs, v.Held, m.JobsOf(name, "", policy.All), transcript(h.All()))
			}
		}
	})
}

// derived counts the unfinished runs by actor type and status, and those that wait for a gate by session.
func (h *history) derived(m *policy.Machine) (runs map[policy.RunState]int, held map[string]int) {
	runs, held = map[policy.RunState]int{}, map[string]int{}
	for _, r := range m.Unfinished() {
		v, ok := m.Job(r.Job)
		if r.Final {
			continue
		}
		if !ok {
			h.t.Fatalf("step %d: run %s of %s, which is no job, is not over", h.n, r.ID, r.Job)
		}
		runs[policy.RunState{Actor: v.Definition.Actor, Status: r.Status}]++
		if slices.Contains(r.Holds, messages.HoldSession) {
			held[v.Definition.Session]++
		}
	}
	return runs, held
}
