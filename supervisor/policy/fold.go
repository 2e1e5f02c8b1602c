package policy

import (
	"slices"

	"curfew/messages"
)

// oldestHeld is the run into which the held runs of the job fold; nil if none is held.
func (m *Machine) oldestHeld(j *job) *run {
	for _, r := range j.runs {
		if len(m.holds(r)) > 0 {
			return r
		}
	}
	return nil
}

// foldSlots lets a held run stand for further slots: slot becomes the newest, missed counts the rest.
func foldSlots(r *run, sp span, holds []messages.Hold) messages.RunHeld {
	d := held(r, holds)
	if r.Slot.IsZero() {
		d.Slot, d.FirstSlot, d.Missed = sp.slot, sp.first, sp.missed
		return d
	}
	if d.Slot = r.Slot; sp.slot >= r.at(r.Slot) {
		d.Slot = sp.slot
	}
	d.FirstSlot = min(r.FirstSlot, sp.first)
	d.Missed = r.Missed + 1 + sp.missed
	return d
}

// held says that a run waits, with the slots that it stands for.
func held(r *run, holds []messages.Hold) messages.RunHeld {
	return messages.RunHeld{Run: r.ID, Job: r.Job, Holds: holds, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed}
}

// mayTry reports whether a run with these holds may still be the one that tries: the canary of a probing
// gate, or of a half-open circuit.
func (s *session) mayTry(holds []messages.Hold) bool {
	return !slices.ContainsFunc(holds, func(h messages.Hold) bool {
		return !(h == messages.HoldSession && s.State == Probing || h == messages.HoldCircuit && s.Circuit.halfOpen())
	})
}

// beginHold says that a run begins to be held, with holds of its own added. A run that only a probing gate or
// a half-open circuit holds may be the one that tries: settle knows, and says it then.
func (m *Machine) beginHold(r *run, own ...messages.Hold) {
	holds := m.holds(r)
	if s := m.gate(m.jobs[r.Job]); len(own) == 0 && len(holds) > 0 && s != nil && s.mayTry(holds) {
		m.late = append(m.late, r)
		return
	}
	m.hold(r, holds, own)
}

// hold says that a run is held, if anything holds it, and folds the job's held runs into the oldest.
// With on_hold: run_all nothing folds.
func (m *Machine) hold(r *run, holds, own []messages.Hold) {
	j := m.jobs[r.Job]
	for _, h := range own {
		switch h {
		case messages.HoldAsk:
			holds = withAsk(holds)
		default:
			holds = withSuspect(holds)
		}
	}
	if len(holds) == 0 {
		return
	}
	m.emit(held(r, holds))
	if j.def.OnHold == messages.OnHoldRunAll {
		return
	}
	oldest := m.oldestHeld(j)
	var others []*run
	for _, o := range j.runs {
		if o != oldest && len(m.holds(o)) > 0 {
			others = append(others, o)
		}
	}
	for _, o := range others {
		m.emit(messages.RunFinished{
			Run: o.ID, Job: o.Job, Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: oldest.ID,
		})
		d := held(oldest, nil)
		if !o.Slot.IsZero() {
			d = foldSlots(oldest, span{slot: o.Slot, first: o.FirstSlot, missed: o.Missed}, nil)
		}
		if d.Holds = m.holds(oldest); !oldest.Hand {
			d.Holds = union(d.Holds, o)
		}
		m.emit(d)
	}
}

// union adds the own holds of a run that was folded away: what a person was to be asked about is still
// asked about, unless a person wants the run that took it in.
func union(hs []messages.Hold, o *run) []messages.Hold {
	if o.Suspect {
		hs = withSuspect(hs)
	}
	if o.Ask {
		hs = withAsk(hs)
	}
	return hs
}
