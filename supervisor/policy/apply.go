package policy

import (
	"cmp"
	"slices"

	"curfew/messages"
)

// This file and the two beside it (apply_attempt.go, apply_session.go) are the only place where state
// changes, for facts and for decisions alike. Recovery runs the same code without deciding.

// applyFact takes in what a fact changes by itself.
func (m *Machine) applyFact(f messages.Fact) event {
	m.slots = f.Topic() == messages.TopicDue
	switch f := f.(type) {
	case messages.RuntimeConfigured:
		m.applyConfigured(f)
	case messages.RuntimeStopped:
		m.stopped = true
	case messages.JobDefined:
		m.applyDefined(f)
	case messages.JobRemoved:
		m.applyRemoved(f)
	case messages.JobPaused:
		m.applyPause(f.Job, true)
	case messages.JobResumed:
		m.applyPause(f.Job, false)
	case messages.RunRequested:
		return m.applyRequested(f)
	case messages.ClockSetBack:
		m.applySetBack(f)
	case messages.AttemptSucceeded:
		return m.applySucceeded(f)
	case messages.AttemptFailed:
		return m.applyFailed(f)
	case messages.AttemptInterrupted:
		return m.applyInterrupted(f)
	case messages.AttemptAbandoned:
		return m.applyAbandoned(f)
	case messages.SideEffectBegan:
		if r := m.runs[f.Run]; r != nil && r.InFlight && r.Attempt == f.Attempt {
			r.SideEffect = true
		}
	case messages.Woke:
		return m.applyWoke(f)
	case messages.SessionExpired:
		if s := m.sessions[f.Session]; s != nil && f.Generation < s.Generation {
			s.LateCount++
		}
	case messages.SessionRestored:
		if s := m.sessions[f.Session]; s != nil {
			if s.RestoredBy = f.By; f.By != messages.ByRefresh {
				s.Refused = 0
			}
		}
	case messages.DeliveryFinished:
		m.delivered(f)
	case messages.SessionConfirmed:
		if s := m.sessions[f.Session]; s != nil && m.proves(f.Run) {
			s.confirm(f.Generation, f.Run)
			m.touched[f.Session] = true
		}
	}
	return event{}
}

// applyDecision takes in a decision, just made or recorded, and its record.
func (m *Machine) applyDecision(r messages.Record, d messages.Decision) {
	switch d := d.(type) {
	case messages.SlotSkipped:
		if j := m.jobs[d.Job]; j != nil {
			m.judged(j, max(d.Slot, d.Last))
			j.skipped = &Skip{Slot: max(d.Slot, d.Last), Reason: d.Reason, At: m.now}
		}
	case messages.RunQueued:
		m.applyQueued(d)
	case messages.RunHeld:
		m.applyHeld(d)
	case messages.RunFinished:
		m.applyFinished(d)
	case messages.AttemptStarted:
		m.applyStarted(d)
	case messages.WakeScheduled:
		m.applyScheduled(d)
	case messages.GateClosed:
		m.applyClosed(d)
	case messages.GateProbing:
		m.applyProbing(d)
	case messages.GateOpened:
		m.applyOpened(d)
	case messages.NotificationRequested:
		to := m.targets(r, d)
		m.applyNotification(d)
		m.applyTold(r, d, to)
		m.send(r, to)
	case messages.DeliveryRequested:
		m.applyDelivery(d)
		m.send(r, m.targets(r, d))
	case messages.ErrorReported:
		m.send(r, m.targets(r, d))
	}
}

func (m *Machine) applyConfigured(f messages.RuntimeConfigured) {
	m.release, m.notify, m.reports, m.stopped = f.Release, f.Notify, f.Reports, false
	m.applySettings()
	for _, l := range f.Lanes {
		m.lane(l.Actor).size = l.Size
		m.dirty[l.Actor] = true
	}
	for _, s := range m.sessions {
		s.Gone = true
	}
	for _, c := range f.Sessions {
		s := m.sessions[c.Name]
		if s == nil {
			s = newSession()
			m.sessions[c.Name] = s
		}
		s.Gone, s.HadBackend, s.Config = false, s.Config.Backend != "", c
	}
	for _, j := range m.jobs {
		j.abandoned = 0 // what another process abandoned is gone with it
		if r := j.busy; r != nil {
			// If this process is to perform it, it begins now: the time in between is no attempt's.
			r.Before, r.Started = r.Started, m.now
		}
	}
}

func newSession() *session {
	return &session{trials: heapOf{order: byTrial}, parked: make(map[messages.RunID]*run)}
}

func (m *Machine) applyDefined(f messages.JobDefined) {
	def := f.Definition
	j := m.jobs[def.Job]
	switch {
	case j == nil:
		j = &job{since: m.now}
		m.jobs[def.Job] = j
	case j.gone, !def.SameSlots(*j.def):
		j.since, j.judged, j.done, j.skipped = max(j.since, m.now), false, false, nil
		j.fixed, j.once = 0, 0
	}
	j.done = j.done && def.DeleteAfterRun
	if j.gone {
		j.gone, j.paused = false, false
	}
	if j.def != nil {
		m.touch(j)
		for _, r := range j.runs {
			m.unpark(r)
			r.Listed = false // it may belong to another session now
		}
	}
	j.def = &def
	for _, r := range j.runs {
		m.park(r)
	}
	m.refresh(j)
	m.touch(j)
}

func (m *Machine) applyRemoved(f messages.JobRemoved) {
	j := m.jobs[f.Job]
	if j == nil {
		return
	}
	j.gone, j.incident = true, incident{}
	m.refresh(j)
	m.forget(j)
}

// forget drops a job that is gone once nothing of it is left.
func (m *Machine) forget(j *job) {
	if j.gone && len(j.runs) == 0 {
		delete(m.jobs, j.def.Job)
	}
}

func (m *Machine) applyPause(name string, paused bool) {
	if j := m.jobs[name]; j != nil {
		if j.paused = paused; !paused {
			j.budget.Tokens = 0
		}
		m.refresh(j)
		m.touch(j)
	}
}

// stopped reports whether the job starts nothing: it is paused, or its file has enabled: false. Neither undoes the other.
func (j *job) stopped() bool { return j.paused || j.def.Disabled }

// stopReason is why a slot of a job that is stopped becomes no run.
func (j *job) stopReason() messages.SkipReason {
	if j.paused {
		return messages.SkipPaused
	}
	return messages.SkipDisabled
}

// spent reports whether nobody is to see the job any more, but for a job file that still names it: it was to be deleted
// after it had succeeded, and it has. One of which a run is not over yet can still be asked about, so it is seen until then.
func (j *job) spent() bool {
	return j.done && !slices.ContainsFunc(j.runs, func(r *run) bool { return !r.Final })
}

// touch lets settle look at the job's session: what waited there may have gone.
func (m *Machine) touch(j *job) {
	if s := m.gate(j); s != nil {
		m.touched[s.Config.Name] = true
	}
}

func (m *Machine) applyQueued(d messages.RunQueued) {
	j := m.jobs[d.Job]
	r := &run{
		ID: d.Run, Job: d.Job, Slot: d.Slot, FirstSlot: d.FirstSlot, Missed: d.Missed, Trigger: d.Trigger,
		Hand: d.Trigger == messages.TriggerManual, WaitSeq: m.seq, Queued: m.seq,
	}
	if d.Slot.IsZero() {
		r.Asked = m.now
	}
	m.runs[d.Run] = r
	j.runs = append(j.runs, r)
	m.judged(j, d.Slot)
	j.done = false // a slot that falls due all the same is not lost
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
	if other && m.epoch > 0 {
		r.turn(m.now)
	}
	m.judged(j, d.Slot)
	m.unpark(r)
	r.Ask, r.Suspect = slices.Contains(d.Holds, messages.HoldAsk), slices.Contains(d.Holds, messages.HoldSuspect)
	m.park(r)
	m.refresh(j)
	m.touch(j)
}

// park keeps the runs of a session that wait for a person, so that a summary need not look for them.
func (m *Machine) park(r *run) {
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

func (m *Machine) unpark(r *run) {
	if s := m.gate(m.jobs[r.Job]); s != nil {
		delete(s.parked, r.ID)
	}
}

// unasked reports whether the run waits for a person, in this session, and has no deadline yet.
func (m *Machine) unasked(s *session, id messages.RunID) bool {
	r := m.runs[id]
	return r != nil && r.Ask && !r.Final && !r.Answer.set() && m.gate(m.jobs[r.Job]) == s
}

// trimUnasked drops runs from the head of the list that need no deadline any more, so that its head, if
// any, does.
func (m *Machine) trimUnasked(s *session) {
	for len(s.Unasked) > 0 && !m.unasked(s, s.Unasked[0]) {
		if r := m.runs[s.Unasked[0]]; r != nil {
			r.Listed = false
		}
		s.Unasked = s.Unasked[1:]
	}
}

func (m *Machine) applyRequested(f messages.RunRequested) event {
	j := m.jobs[f.Job]
	if j == nil || j.gone || j.spent() {
		return event{}
	}
	for _, r := range j.runs {
		if r.Final || r.InFlight {
			continue
		}
		ev := event{run: r, holds: len(m.holds(r)), backoff: r.Retry.set()}
		m.unpark(r)
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
	if d.Status == messages.StatusSucceeded && j.judged && j.def.DeleteAfterRun {
		j.done = true
	}
	j.applyEnd(d.Status)
	m.tally(r, d)
	m.unpark(r)
	r.Final, r.Retry, r.Answer = true, alarm{}, alarm{}
	if s := m.sessions[r.Session]; s != nil && r.InFlight && s.Canary == r.ID {
		s.CanaryWait = alarm{} // its part is handed over when its attempt has returned
	}
	if !r.InFlight {
		m.drop(j, r)
	}
	m.refresh(j)
	m.touch(j)
	m.forget(j)
}

// drop takes a run that is over out of the books.
func (m *Machine) drop(j *job, r *run) {
	delete(m.runs, r.ID)
	j.runs = slices.DeleteFunc(j.runs, func(o *run) bool { return o == r })
}

// sorted walks a map in the order of its keys, so that no decision depends on Go's order.
func sorted[K cmp.Ordered, V any](in map[K]V) []K {
	keys := make([]K, 0, len(in))
	for k := range in {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
