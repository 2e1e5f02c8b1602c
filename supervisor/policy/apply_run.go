package policy

import (
	"slices"

	"curfew/messages"
)

func (m *Machine) applyQueued(d messages.RunQueued) {
	j := m.jobs[d.Job]
	r := &run{
		ID: d.Run, Job: d.Job, Slot: d.Slot, FirstSlot: d.FirstSlot, Missed: d.Missed, Trigger: d.Trigger,
		Hand: d.Trigger == messages.TriggerManual, Beside: d.Beside, WaitSeq: m.seq, Queued: m.seq,
	}
	if d.Slot.IsZero() {
		r.Asked = m.now
	}
	if d.After != nil {
		r.Depth = d.After.Depth
	}
	m.runs[d.Run] = r
	j.runs = append(j.runs, r)
	m.applyJudged(j, d.Slot)
	j.Done = false // a slot that falls due all the same is not lost
	m.refresh(j)
}

func (m *Machine) applyHeld(d messages.RunHeld) {
	r := m.runs[d.Run]
	if r == nil {
		return
	}
	j := m.jobs[r.Job]
	other := r.Slot != d.Slot
	r.Slot, r.FirstSlot, r.Missed = d.Slot, d.FirstSlot, d.Missed
	r.Beside = r.Beside && len(d.Holds) == 0 // what was held waits for the runs before it
	if other && m.epoch > 0 {
		r.applyTurn(m.now)
	}
	m.applyJudged(j, d.Slot)
	m.applyUnpark(r)
	r.Ask, r.Suspect = slices.Contains(d.Holds, messages.HoldAsk), slices.Contains(d.Holds, messages.HoldSuspect)
	m.applyPark(r)
	m.refresh(j)
	m.touch(j)
}

// applyPark keeps the runs of a session that wait for a person, so that a summary need not look for them.
func (m *Machine) applyPark(r *run) {
	s := m.gate(m.jobs[r.Job])
	if s == nil || r.Final || !r.Ask && !r.Suspect {
		return
	}
	s.parked[r.ID] = r
	if m.unasked(s, r.ID) && !r.Listed {
		r.Listed = true
		s.Unasked = append(s.Unasked, r.ID)
	}
}

func (m *Machine) applyUnpark(r *run) {
	if s := m.gate(m.jobs[r.Job]); s != nil {
		delete(s.parked, r.ID)
	}
}

// unasked reports whether the run waits for a person, in this session, and has no deadline yet.
func (m *Machine) unasked(s *session, id messages.RunID) bool {
	r := m.runs[id]
	return r != nil && r.Ask && !r.Final && !r.Answer.set() && m.gate(m.jobs[r.Job]) == s
}

// applyTrimUnasked drops runs from the head of the list that need no deadline any more, so that its head, if
// any, does.
func (m *Machine) applyTrimUnasked(s *session) {
	for len(s.Unasked) > 0 && !m.unasked(s, s.Unasked[0]) {
		if r := m.runs[s.Unasked[0]]; r != nil {
			r.Listed = false
		}
		s.Unasked = s.Unasked[1:]
	}
}

func (m *Machine) applyRequested(f messages.RunRequested) event {
	j := m.jobs[f.Job]
	if j == nil || j.Gone || j.spent() {
		return event{}
	}
	for _, r := range j.runs {
		if r.Final || r.InFlight {
			continue
		}
		ev := event{run: r, holds: len(m.holds(r)), backoff: r.Retry.set()}
		m.applyUnpark(r)
		if r.Suspect {
			r.Expired = nil
		}
		r.Hand, r.Ask, r.Suspect, r.Answer, r.Retry = true, false, false, alarm{}, alarm{}
		m.refresh(j)
		m.touch(j)
		return ev
	}
	return event{}
}

func (m *Machine) applyFinished(d messages.RunFinished) {
	r := m.runs[d.Run]
	if r == nil {
		return
	}
	j := m.jobs[r.Job]
	if into := m.runs[d.Into]; into != nil {
		into.Hand = into.Hand || r.Hand
		into.LastExpired = max(into.LastExpired, r.LastExpired)
	}
	if d.Status == messages.StatusSucceeded && j.Judged && j.Def.DeleteAfterRun {
		j.Done = true
	}
	j.applyEnd(d.Status)
	if j.Done {
		m.lose(j)
	}
	m.applyTally(r, d)
	m.applyUnpark(r)
	r.Final, r.Retry, r.Answer = true, alarm{}, alarm{}
	if s := m.sessions[r.Session]; s != nil && r.InFlight && s.Canary == r.ID {
		s.CanaryWait = alarm{} // its part is handed over when its attempt has returned
	}
	if !r.InFlight {
		m.applyDrop(j, r)
	}
	m.refresh(j)
	m.touch(j)
	m.applyForget(j)
}

// applyDrop takes a run that is over out of the books.
func (m *Machine) applyDrop(j *job, r *run) {
	delete(m.runs, r.ID)
	j.uncountRun(r)
	j.runs = slices.DeleteFunc(j.runs, func(o *run) bool { return o == r })
}

// applyTally counts, for the summary, a run that waited in the outage and ended without starting.
func (m *Machine) applyTally(r *run, d messages.RunFinished) {
	s := m.gate(m.jobs[r.Job])
	if s == nil || r.InFlight || d.Reason == messages.FinishCoalesced || !s.counts(r, m.seq) {
		return
	}
	r.LetGo = s.Outage.Seq
	if d.Status == messages.StatusStale {
		s.Outage.Stale++
	} else {
		s.Outage.Dropped++
	}
}
