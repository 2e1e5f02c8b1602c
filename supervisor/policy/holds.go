package policy

import (
	"slices"

	"curfew/messages"
)

// holds lists what keeps the run from starting, in the fixed order; none while it is in flight or final.
func (m *Machine) holds(r *run) []messages.Hold {
	if r.Final || r.InFlight {
		return nil
	}
	var hs []messages.Hold
	j := r.job
	s := m.gate(j)
	if s != nil && s.holdsBack(j.Def.OwnKey) {
		hs = append(hs, messages.HoldSession)
	}
	if j.stopped() {
		hs = append(hs, messages.HoldPaused)
	}
	if r.Ask {
		hs = append(hs, messages.HoldAsk)
	}
	if r.Suspect {
		hs = append(hs, messages.HoldSuspect)
	}
	if s != nil && !j.Def.OwnKey && !s.Circuit.closed() {
		hs = append(hs, messages.HoldCircuit)
	}
	if j.unplaced() {
		hs = append(hs, messages.HoldNode)
	}
	return hs
}

// awaits lists what holds the job: its oldest held run, else one that fell due now. Such a one is not held if it would be
// the one that tries, the canary of a probing gate or of a half-open circuit.
func (m *Machine) awaits(j *job) []messages.Hold {
	if r := m.oldestHeld(j); r != nil {
		return m.holds(r)
	}
	hs := m.holds(&run{job: j})
	if s := m.gate(j); s != nil && s.Canary == "" && s.Circuit.lets(true) && s.mayTry(hs) {
		return nil
	}
	return hs
}

// holdsBack reports whether the gate keeps runs from starting, but for the canary's; own: they use keys of their own.
func (s *session) holdsBack(own bool) bool {
	return s.State == messages.StateClosed || s.State != messages.StateOpen && !own
}

// mayTry reports whether a run with these holds may still be the one that tries: the canary of a probing
// gate, or of a half-open circuit.
func (s *session) mayTry(holds []messages.Hold) bool {
	return !slices.ContainsFunc(holds, func(h messages.Hold) bool {
		return !(h == messages.HoldSession && s.State == messages.StateProbing || h == messages.HoldCircuit && s.Circuit.halfOpen())
	})
}

// held says that a run waits, with the slots that it covers.
func held(r *run, holds []messages.Hold) messages.RunHeld {
	return messages.RunHeld{Run: r.ID, Job: r.Job, Holds: holds, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed}
}

// beginHold says that a run begins to be held; own are holds that the run gets besides. A run that only a probing gate
// or a half-open circuit holds may be the one that tries. So it is left to settle, which starts it or says that it is
// held.
func (m *Machine) beginHold(r *run, own ...messages.Hold) {
	holds := m.holds(r)
	if s := m.gate(r.job); len(own) == 0 && len(holds) > 0 && s != nil && s.mayTry(holds) {
		m.late = append(m.late, r)
		return
	}
	m.hold(r, holds, own)
}

// hold says that a run is held, if anything holds it, and folds the job's held runs into the oldest.
// With on_hold: run_all nothing folds.
func (m *Machine) hold(r *run, holds, own []messages.Hold) {
	j := r.job
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
	m.emitHeld(r, held(r, holds))
	if j.Def.OnHold == messages.OnHoldRunAll {
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
		m.emitFinished(o, messages.RunFinished{
			Run: o.ID, Job: o.Job, Status: messages.StatusSkipped, Reason: messages.FinishCoalesced, Into: oldest.ID,
		})
		d := held(oldest, nil)
		if !o.Slot.IsZero() {
			d = foldSlots(oldest, span{slot: o.Slot, first: o.FirstSlot, missed: o.Missed}, nil)
		}
		if d.Holds = m.holds(oldest); !oldest.Hand {
			d.Holds = union(d.Holds, o)
		}
		m.emitHeld(oldest, d)
	}
}

func withAsk(hs []messages.Hold) []messages.Hold {
	return withHold(hs, messages.HoldAsk, messages.HoldSuspect, messages.HoldCircuit, messages.HoldNode)
}

func withSuspect(hs []messages.Hold) []messages.Hold {
	return withHold(hs, messages.HoldSuspect, messages.HoldCircuit, messages.HoldNode)
}

// withHold adds a hold at its place in the fixed order: before those that come after it.
func withHold(hs []messages.Hold, h messages.Hold, after ...messages.Hold) []messages.Hold {
	if slices.Contains(hs, h) {
		return hs
	}
	at := len(hs)
	for at > 0 && slices.Contains(after, hs[at-1]) {
		at--
	}
	return slices.Insert(slices.Clone(hs), at, h)
}

// goesOn lets a run that was tried start again, unless something holds it. At a closed gate its job may want it
// skipped.
func (m *Machine) goesOn(r *run) {
	j := r.job
	s := m.gate(j)
	if s != nil && s.State == messages.StateClosed && j.Def.OnHold == messages.OnHoldSkip && !r.Hand {
		m.finish(r, messages.StatusSkipped, messages.FinishSessionClosed)
		return
	}
	m.beginHold(r)
}

// askAbout has a person say whether the run goes on, or the older one that it is folded into. A run that waits for an
// answer already is not asked about again.
func (m *Machine) askAbout(r *run, why string) {
	old := m.oldestHeld(r.job)
	asks := old != nil && old.Ask
	m.beginHold(r, messages.HoldAsk)
	if r.Final {
		if r = old; asks || !r.Ask {
			return
		}
	}
	m.emit(messages.NotificationRequested{Notice: messages.NoticeRunAsked, Job: r.Job, Run: r.ID, Reason: why, Since: m.now})
	m.scheduleAsk(r)
}
