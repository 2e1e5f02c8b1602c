package policy

import (
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

// foldSlots lets a held run cover further slots: slot becomes the newest, missed counts the rest.
func foldSlots(r *run, sp span, holds []messages.Hold) messages.RunHeld {
	d := held(r, holds)
	d.After = sp.after
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
