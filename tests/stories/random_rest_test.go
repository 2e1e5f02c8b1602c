package stories

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"curfew/bus/replay/story"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// overload makes every job fall due in each round, while each lane finishes one attempt. A run that waits now must start
// all the same, after as many rounds as there are runs before it and as the slowest timers take.
//
// After the clock was set back new slots would be older than earlier ones; time passes first until they are not.
func (h *history) overload() {
	h.must(h.Advance(max(h.Now(), h.newest())))
	waiting, since := h.waiting(), map[story.Flight]int{}
	const timers = 120 // rounds of 10s, for the slowest timer: a Retry-After of 15 minutes
	for round := range timers + 8*len(waiting) {
		h.answer(round)
		h.must(h.Publish(dueNow(h.Now())))
		h.succeed(h.oldest(since, round))
		h.must(h.Advance(h.Now().Add(10 * time.Second)))
		now := h.waiting()
		for id := range waiting {
			if now[id] == "" {
				delete(waiting, id)
			}
		}
		if len(waiting) == 0 {
			return
		}
	}
	h.t.Fatalf("%d runs are starved: %v\n%s", len(waiting), waiting, transcript(h.All()))
}

// oldest returns the attempt of each lane that has been in flight longest. since is the round in which each attempt was
// first seen.
func (h *history) oldest(since map[story.Flight]int, round int) (ends []story.Flight) {
	lanes := map[string]story.Flight{}
	flying, lanesOf := h.InFlight(), h.lanes()
	maps.DeleteFunc(since, func(of story.Flight, _ int) bool { return !slices.Contains(flying, of) })
	for _, of := range flying {
		if _, seen := since[of]; !seen {
			since[of] = round
		}
		lane := lanesOf[of.Run]
		if first, seen := lanes[lane]; !seen || since[of] < since[first] {
			lanes[lane] = of
		}
	}
	for _, lane := range slices.Sorted(maps.Keys(lanes)) {
		ends = append(ends, lanes[lane])
		delete(since, lanes[lane])
	}
	return ends
}

// newest returns the newest slot of all unfinished runs.
func (h *history) newest() (newest messages.Instant) {
	h.View(func(m *policy.Machine) {
		for _, r := range m.Unfinished() {
			newest = max(newest, r.FirstSlot)
		}
	})
	return newest
}

// dueNow returns a slot of every job.
func dueNow(now messages.Instant) (f messages.SlotsDue) {
	for _, d := range jobsOfRandom {
		f.Slots = append(f.Slots, messages.JobSlot{Job: d.Job, Slot: now})
	}
	return f
}

// waiting returns the runs that have not begun their next attempt, with their jobs.
func (h *history) waiting() map[messages.RunID]string {
	out := map[messages.RunID]string{}
	h.View(func(m *policy.Machine) {
		for _, r := range m.Unfinished() {
			if !r.Final && r.Status != messages.StatusRunning {
				out[r.ID] = r.Job
			}
		}
	})
	return out
}

// rest finishes everything: people answer, attempts succeed, timers fire.
func (h *history) rest() {
	for i := range 200 + 2*h.unfinished() { // a lane of one lets one go in a round
		h.answer(i)
		h.succeed(h.InFlight())
		h.must(h.Advance(h.Now().Add(10 * time.Second)))
		if len(h.InFlight()) == 0 && h.unfinished() == 0 {
			return
		}
	}
	h.t.Fatalf("%d runs never end\n%s", h.unfinished(), transcript(h.All()))
}

// succeed ends attempts. The end of one can stop another: a job may follow its job, and cancel what runs.
func (h *history) succeed(flying []story.Flight) {
	for _, of := range flying {
		if slices.Contains(h.InFlight(), of) {
			h.must(h.End(of, story.Outcome{}))
		}
	}
}

// answer says yes to every run that waits for a person.
func (h *history) answer(round int) {
	for _, d := range jobsOfRandom {
		asked := false
		h.View(func(m *policy.Machine) {
			v, _ := m.Job(d.Job)
			asked = slices.ContainsFunc(v.Runs, func(r policy.RunView) bool {
				return slices.Contains(r.Holds, messages.HoldAsk) || slices.Contains(r.Holds, messages.HoldSuspect)
			})
		})
		if asked {
			h.must(h.Publish(messages.RunRequested{Job: d.Job, Request: fmt.Sprintf("yes %s %d", d.Job, round)}))
		}
	}
}

func (h *history) unfinished() (n int) {
	h.View(func(m *policy.Machine) { n = len(m.Unfinished()) })
	return n
}
