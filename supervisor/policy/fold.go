package policy

import "curfew/messages"

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
	d.Slot = max(r.Slot, sp.slot)
	d.FirstSlot = min(r.FirstSlot, sp.first)
	d.Missed = r.Missed + 1 + sp.missed
	return d
}

// held says that a run waits, with the slots that it stands for.
func held(r *run, holds []messages.Hold) messages.RunHeld {
	return messages.RunHeld{Run: r.ID, Job: r.Job, Holds: holds, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed}
}

// beginHold says that a run begins to be held, with holds of its own added, and folds the job's held
// runs into the oldest. With on_hold: run_all nothing folds.
func (m *Machine) beginHold(r *run, own ...messages.Hold) {
	j := m.jobs[r.Job]
	holds := m.holds(r)
	for _, h := range own {
		switch h {
		case messages.HoldAsk:
			holds = withAsk(holds)
		default:
			holds = append(holds, h)
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
		if o.Slot.IsZero() {
			continue
		}
		m.emit(foldSlots(oldest, span{slot: o.Slot, first: o.FirstSlot, missed: o.Missed}, m.holds(oldest)))
	}
}
