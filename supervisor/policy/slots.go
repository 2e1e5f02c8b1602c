package policy

import (
	"slices"

	"curfew/messages"
)

const (
	// maxRunAll bounds the held runs of a job with on_hold: run_all.
	maxRunAll = 1000
	// maxQueued bounds the runs of a job with overlap: queue_all that have not begun.
	maxQueued = 100
)

// span is one or more slots that are judged together.
type span struct {
	slot, first messages.Instant
	missed      int // besides slot
	trigger     messages.Trigger
	backfill    string // request of a person; empty: none
	beside      bool   // its run need not wait for those before it

	after *messages.Followed // the run whose end made the slot; nil: none
}

// slotDue judges a slot: pause, then gate, then overlap; the lane is judged when it starts (rule 8). A slot that
// is not after the job's last one has been judged already, and a job that follows another has none by the clock.
func (m *Machine) slotDue(name string, slot messages.Instant) {
	j := m.jobs[name]
	if j == nil || j.Gone || j.Def.After != nil || slot <= j.Since {
		return
	}
	m.pass(j, span{slot: slot, first: slot, trigger: messages.TriggerSchedule})
}

// pass makes a run of the slots, folds them into a run that is held, or skips them.
func (m *Machine) pass(j *job, sp span) {
	if j.stopped() {
		m.skipSpan(j, sp, j.stopReason())
		return
	}
	s := m.gate(j)
	if s != nil && s.State == messages.StateClosed {
		m.passClosed(j, s, sp)
		return
	}
	if h := m.oldestHeld(j); h != nil {
		m.emitHeld(h, foldSlots(h, sp, m.holds(h)))
		return
	}
	if sp.trigger == messages.TriggerCatchUp && j.waitsCaughtUp() && j.Def.CatchUp.Policy != messages.CatchUpAll {
		m.skipSpan(j, sp, messages.SkipOverlap)
		return
	}
	if sp.trigger != messages.TriggerCatchUp {
		if (s == nil || !s.holdsBack(j.Def.OwnKey)) && j.unfinished() > 0 && m.overlaps(j, sp) {
			return
		}
		sp.beside = j.Def.Overlap == messages.OverlapAllow && len(j.runs) > 0
	}
	m.beginHold(m.queueRun(j, &sp))
}

// passClosed is what becomes of a slot while the gate is closed: the job's on_hold.
func (m *Machine) passClosed(j *job, s *session, sp span) {
	m.noticeSignedOut(s)
	switch j.Def.OnHold {
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
			if j.Def.OnHold == messages.OnHoldAsk && !h.Ask && !h.Hand {
				holds = withAsk(holds)
			}
			m.emitHeld(h, foldSlots(h, sp, holds))
			return
		}
	}
	r := m.queueRun(j, &sp)
	holds := m.holds(r)
	if j.Def.OnHold == messages.OnHoldAsk {
		holds = withAsk(holds)
	}
	m.emitHeld(r, held(r, holds))
}

func (m *Machine) queueRun(j *job, sp *span) *run {
	return m.emitQueued(j, messages.RunQueued{
		Run: m.runID(j, sp), Job: j.Def.Job, Slot: sp.slot, FirstSlot: sp.first, Missed: sp.missed, Trigger: sp.trigger, Beside: sp.beside, After: sp.after,
	})
}

// runID is a hash of job and slot, and of how often the clock was set back; a backfilled slot may have had its run
// before, so the request is in it. Several runs may end at one instant, so a slot by the end of one has its id instead.
func (m *Machine) runID(j *job, sp *span) messages.RunID {
	if sp.backfill != "" {
		return messages.RequestedRun(j.Def.Job, sp.backfill+"/"+sp.slot.String())
	}
	if sp.after != nil {
		return messages.FollowingRun(j.Def.Job, sp.after.Run)
	}
	return messages.SlotRun(j.Def.Job, sp.slot, m.epoch)
}

// waitsCaughtUp reports whether caught-up slots of the job wait already for their first attempt: with
// catch_up: one there is one such run at a time.
func (j *job) waitsCaughtUp() bool {
	return slices.ContainsFunc(j.runs, func(r *run) bool {
		return r.Trigger == messages.TriggerCatchUp && !r.Final && r.Attempt == 0
	})
}

func (m *Machine) skipSpan(j *job, sp span, why messages.SkipReason) {
	m.emit(skipped(j, sp.first, sp.slot, sp.missed+1, why, sp.after))
}

func (m *Machine) skip(j *job, first, last messages.Instant, count int, why messages.SkipReason) {
	m.emit(skipped(j, first, last, count, why, nil))
}

func skipped(
	j *job, first, last messages.Instant, count int, why messages.SkipReason, after *messages.Followed,
) messages.SlotSkipped {
	d := messages.SlotSkipped{Job: j.Def.Job, Count: count, Reason: why, After: after}
	if count == 1 {
		d.Slot = last
	} else {
		d.First, d.Last = first, last
	}
	return d
}

// stopReason is why a slot of a job that is stopped becomes no run.
func (j *job) stopReason() messages.SkipReason {
	if j.Paused {
		return messages.SkipPaused
	}
	return messages.SkipDisabled
}
