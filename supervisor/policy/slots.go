package policy

import (
	"slices"

	"curfew/messages"
)

// maxRunAll bounds the held runs of a job with on_hold: run_all.
const maxRunAll = 1000

// span is one or more slots that are judged together.
type span struct {
	slot, first messages.Instant
	missed      int // besides slot
	trigger     messages.Trigger
}

// slotDue judges a slot: pause, then gate, then overlap; the lane is judged when it starts. A slot that
// is not after the job's last one has been judged already.
func (m *Machine) slotDue(name string, slot messages.Instant) {
	j := m.jobs[name]
	if j == nil || j.gone || slot <= j.since {
		return
	}
	m.pass(j, span{slot: slot, first: slot, trigger: messages.TriggerSchedule})
}

// slotsMissed judges slots that passed while nobody looked: pause, catch-up, gate; they wait for their
// predecessor whatever overlap says.
func (m *Machine) slotsMissed(f messages.SlotsMissed) {
	j := m.jobs[f.Job]
	if j == nil || j.gone {
		return
	}
	slots := slices.DeleteFunc(slices.Clone(f.Slots), func(s messages.Instant) bool { return s <= j.since })
	if len(slots) == 0 {
		return
	}
	more, first := f.More, f.First
	if len(slots) < len(f.Slots) || first <= j.since {
		more, first = 0, slots[0] // the unnamed are older than the judged
	}
	last := slots[len(slots)-1]
	switch {
	case j.paused:
		m.skip(j, first, last, len(slots)+more, messages.SkipPaused)
		return
	case j.def.CatchUp.Policy == messages.CatchUpNone:
		m.skip(j, first, last, len(slots)+more, messages.SkipCatchUpNone)
		return
	}
	oldest := m.now.Add(-j.def.CatchUp.Window.D())
	in, _ := slices.BinarySearch(slots, oldest)
	if in > 0 {
		m.skip(j, first, slots[in-1], in+more, messages.SkipCatchUpWindow)
		if in == len(slots) {
			return
		}
		slots, first, more = slots[in:], slots[in], 0
	}
	m.pass(j, span{slot: last, first: first, missed: len(slots) - 1 + more, trigger: messages.TriggerCatchUp})
}

// pass makes a run of the slots, folds them into a run that is held, or skips them.
func (m *Machine) pass(j *job, sp span) {
	if j.paused {
		m.skipSpan(j, sp, messages.SkipPaused)
		return
	}
	s := m.gate(j)
	if s != nil && s.State == Closed {
		m.passClosed(j, s, sp)
		return
	}
	if h := m.oldestHeld(j); h != nil {
		m.emit(foldSlots(h, sp, m.holds(h)))
		return
	}
	if sp.trigger == messages.TriggerSchedule && (s == nil || s.State == Open) && j.unfinished() > 0 ||
		j.waitsCaughtUp() {
		m.skipSpan(j, sp, messages.SkipOverlap)
		return
	}
	m.beginHold(m.queueRun(j, sp))
}

// passClosed is what becomes of a slot while the gate is closed: the job's on_hold.
func (m *Machine) passClosed(j *job, s *session, sp span) {
	m.noticeSignedOut(s)
	switch j.def.OnHold {
	case messages.OnHoldSkip:
		m.skipSpan(j, sp, messages.SkipSessionClosed)
		return
	case messages.OnHoldRunAll:
		if len(j.runs) >= maxRunAll {
			m.skipSpan(j, sp, messages.SkipRunAllLimit)
			return
		}
	default:
		if h := m.oldestHeld(j); h != nil {
			holds := m.holds(h)
			if j.def.OnHold == messages.OnHoldAsk && !h.Ask && !h.Hand {
				holds = withAsk(holds)
			}
			m.emit(foldSlots(h, sp, holds))
			return
		}
	}
	r := m.queueRun(j, sp)
	holds := m.holds(r)
	if j.def.OnHold == messages.OnHoldAsk {
		holds = withAsk(holds)
	}
	m.emit(held(r, holds))
}

func (m *Machine) queueRun(j *job, sp span) *run {
	id := messages.SlotRun(j.def.Job, sp.slot)
	m.emit(messages.RunQueued{
		Run: id, Job: j.def.Job, Slot: sp.slot, FirstSlot: sp.first, Missed: sp.missed, Trigger: sp.trigger,
	})
	return m.runs[id]
}

// unfinished counts the runs of the job that are not over.
func (j *job) unfinished() int {
	n := 0
	for _, r := range j.runs {
		if !r.Final {
			n++
		}
	}
	return n
}

// waitsCaughtUp reports whether caught-up slots of the job wait already for their first attempt: with
// catch_up: one there is one such run at a time.
func (j *job) waitsCaughtUp() bool {
	return slices.ContainsFunc(j.runs, func(r *run) bool {
		return r.Trigger == messages.TriggerCatchUp && !r.Final && r.Attempt == 0
	})
}

func (m *Machine) skipSpan(j *job, sp span, why messages.SkipReason) {
	m.skip(j, sp.first, sp.slot, sp.missed+1, why)
}

func (m *Machine) skip(j *job, first, last messages.Instant, count int, why messages.SkipReason) {
	d := messages.SlotSkipped{Job: j.def.Job, Count: count, Reason: why}
	if count == 1 {
		d.Slot = last
	} else {
		d.First, d.Last = first, last
	}
	m.emit(d)
}

func withAsk(hs []messages.Hold) []messages.Hold {
	if slices.Contains(hs, messages.HoldAsk) {
		return hs
	}
	at := len(hs)
	if at > 0 && hs[at-1] == messages.HoldSuspect {
		at--
	}
	return slices.Insert(slices.Clone(hs), at, messages.HoldAsk)
}
