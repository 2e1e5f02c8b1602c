package policy

import (
	"slices"
	"time"

	"curfew/messages"
)

// maxCaughtUp bounds the unfinished runs of a job with catch_up: all.
const maxCaughtUp = 1000

// slotsMissed judges slots that passed unnoticed, or that a person asked for again: pause, catch-up, gate. Their runs
// wait for their predecessor, whatever overlap says.
func (m *Machine) slotsMissed(fact messages.SlotsMissed) {
	f, j := missed{fact}, m.jobs[fact.Job]
	if j == nil || j.Gone || j.Def.After != nil {
		return
	}
	if f.Backfill == "" && !f.keepAfter(j.Since) {
		return
	}
	last, count := f.Slots[len(f.Slots)-1], len(f.Slots)+f.More
	switch {
	case j.stopped():
		m.skip(j, f.First, last, count, j.stopReason())
		return
	case f.Backfill != "": // a person has chosen the slots: neither none nor the window is meant
	case j.Def.CatchUp.Policy == messages.CatchUpNone:
		m.skip(j, f.First, last, count, messages.SkipCatchUpNone)
		return
	case f.Once: // what comes once is not lost for being old
	default:
		m.skipOld(j, &f)
	}
	if len(f.Slots) == 0 {
		return
	}
	sp := span{slot: last, first: f.First, missed: len(f.Slots) - 1 + f.More, trigger: messages.TriggerCatchUp, backfill: f.Backfill}
	if (j.Def.CatchUp.Policy == messages.CatchUpAll || f.Each) && m.oneByOne(j) {
		m.passAll(j, sp, f.Slots, f.More)
		return
	}
	m.pass(j, sp)
}

// missed is a SlotsMissed as far as it is still to be judged.
type missed struct{ messages.SlotsMissed }

// keepAfter drops the slots that have been judged already; false: none is left. The slots that are not
// named count as judged if any of the others is.
func (f *missed) keepAfter(since messages.Instant) bool {
	fresh := slices.DeleteFunc(slices.Clone(f.Slots), func(s messages.Instant) bool { return s <= since })
	if len(fresh) == 0 {
		return false
	}
	if len(fresh) < len(f.Slots) || f.First <= since {
		f.More, f.Old, f.Recent, f.First = 0, 0, 0, fresh[0]
	}
	f.Slots = fresh
	return true
}

// skipOld skips what is older than the window, and leaves the rest. How many of the slots that are not named are too
// old is in the fact; one that does not say so (a journal of policy 1) has them all within the window.
func (m *Machine) skipOld(j *job, f *missed) {
	old, _ := slices.BinarySearch(f.Slots, m.now.Add(-j.Def.CatchUp.Window.D()))
	switch {
	case old > 0:
		m.skip(j, f.First, f.Slots[old-1], old+f.More, messages.SkipCatchUpWindow)
		if f.Slots = f.Slots[old:]; len(f.Slots) > 0 {
			f.First, f.More = f.Slots[0], 0
		}
	case f.Old > 0:
		next := f.Slots[0]
		if f.Old < f.More {
			next = f.Recent
		}
		m.skipUnnamed(j, f.First, next, f.Old, messages.SkipCatchUpWindow)
		f.First, f.More = next, f.More-f.Old
	}
}

// skipUnnamed skips the oldest slots, of which only the first and the one after the last are known.
func (m *Machine) skipUnnamed(j *job, first, next messages.Instant, count int, why messages.SkipReason) {
	last := first
	if count > 1 {
		last = next.Add(-time.Millisecond) // the newest of them lies before the next
	}
	m.skip(j, first, last, count, why)
}

// oneByOne reports whether slots get a run each, for they would not fold at once.
func (m *Machine) oneByOne(j *job) bool {
	if j.Def.OnHold == messages.OnHoldRunAll {
		return true
	}
	s := m.gate(j)
	return (s == nil || !s.holdsBack(j.Def.OwnKey)) && m.oldestHeld(j) == nil
}

// passAll makes a run of each slot, the newest maxCaughtUp of them, counting what is unfinished.
func (m *Machine) passAll(j *job, sp span, slots []messages.Instant, more int) {
	drop := min(len(slots), max(0, j.unfinished()+len(slots)-maxCaughtUp))
	switch {
	case drop > 0:
		m.skip(j, sp.first, slots[drop-1], drop+more, messages.SkipCatchUpLimit)
	case more > 0:
		m.skipUnnamed(j, sp.first, slots[0], more, messages.SkipCatchUpLimit)
	}
	s := m.gate(j)
	for _, slot := range slots[drop:] {
		one := sp
		one.slot, one.first, one.missed = slot, slot, 0
		if s != nil && s.State == messages.StateClosed {
			m.passClosed(j, s, one)
			continue
		}
		m.beginHold(m.queueRun(j, &one))
	}
}
