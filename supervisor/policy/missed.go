package policy

import (
	"slices"
	"time"

	"curfew/messages"
)

// maxCaughtUp bounds the unfinished runs of a job with catch_up: all.
const maxCaughtUp = 1000

// slotsMissed judges slots that passed while nobody looked, or that a person wants to have taken up: pause,
// catch-up, gate; they wait for their predecessor whatever overlap says.
func (m *Machine) slotsMissed(f messages.SlotsMissed) {
	j := m.jobs[f.Job]
	if j == nil || j.gone {
		return
	}
	slots, first, more := f.Slots, f.First, f.More
	if f.Backfill == "" {
		slots = slices.DeleteFunc(slices.Clone(f.Slots), func(s messages.Instant) bool { return s <= j.since })
		if len(slots) == 0 {
			return
		}
		if len(slots) < len(f.Slots) || first <= j.since {
			more, first = 0, slots[0] // the unnamed are older than the judged
		}
	}
	last := slots[len(slots)-1]
	switch {
	case j.paused:
		m.skip(j, first, last, len(slots)+more, messages.SkipPaused)
		return
	case f.Backfill != "": // a person has chosen the slots: neither none nor the window is meant
	case j.def.CatchUp.Policy == messages.CatchUpNone:
		m.skip(j, first, last, len(slots)+more, messages.SkipCatchUpNone)
		return
	default:
		oldest := m.now.Add(-j.def.CatchUp.Window.D())
		in, _ := slices.BinarySearch(slots, oldest)
		if in > 0 {
			m.skip(j, first, slots[in-1], in+more, messages.SkipCatchUpWindow)
			if in == len(slots) {
				return
			}
			slots, first, more = slots[in:], slots[in], 0
		}
	}
	sp := span{slot: last, first: first, missed: len(slots) - 1 + more, trigger: messages.TriggerCatchUp, backfill: f.Backfill}
	if j.def.CatchUp.Policy == messages.CatchUpAll && m.oneByOne(j) {
		m.passAll(j, sp, slots, more)
		return
	}
	m.pass(j, sp)
}

// oneByOne reports whether slots get a run each, for they would not fold at once.
func (m *Machine) oneByOne(j *job) bool {
	if j.def.OnHold == messages.OnHoldRunAll {
		return true
	}
	s := m.gate(j)
	return (s == nil || s.State == Open) && m.oldestHeld(j) == nil
}

// passAll makes a run of each slot, the newest maxCaughtUp of them, counting what is unfinished.
func (m *Machine) passAll(j *job, sp span, slots []messages.Instant, more int) {
	drop := min(len(slots), max(0, j.unfinished()+len(slots)-maxCaughtUp))
	switch {
	case drop > 0:
		m.skip(j, sp.first, slots[drop-1], drop+more, messages.SkipCatchUpLimit)
	case more == 1:
		m.skip(j, sp.first, sp.first, more, messages.SkipCatchUpLimit)
	case more > 1:
		// The newest of the unnamed is not known; it lies before the oldest that is named.
		m.skip(j, sp.first, slots[0].Add(-time.Millisecond), more, messages.SkipCatchUpLimit)
	}
	s := m.gate(j)
	for _, slot := range slots[drop:] {
		one := sp
		one.slot, one.first, one.missed = slot, slot, 0
		if s != nil && s.State == Closed {
			m.passClosed(j, s, one)
			continue
		}
		m.beginHold(m.queueRun(j, one))
	}
}
