package policy

import (
	"slices"

	"curfew/messages"
)

func (m *Machine) applyQueued(j *job, d *messages.RunQueued) *run {
	m.keepImage(j)
	r := m.newRun()
	r.job, r.ID, r.Job = j, d.Run, j.Def.Job
	r.Slot, r.FirstSlot, r.Missed, r.Trigger = d.Slot, d.FirstSlot, d.Missed, d.Trigger
	r.Hand, r.Beside = d.Trigger == messages.TriggerManual, d.Beside
	r.WaitSeq, r.Queued = m.seq, m.seq
	if d.Slot.IsZero() {
		r.Asked = m.now
	}
	if d.After != nil {
		r.Depth = d.After.Depth
	}
	j.runs = append(j.runs, r)
	m.applyJudged(j, d.Slot)
	j.Done = false // a slot that falls due all the same is not lost
	m.refresh(j)
	return r
}

// newRun is the memory of a run: that of one that is over, if there is any.
func (m *Machine) newRun() *run {
	n := len(m.free)
	if n == 0 {
		return new(run)
	}
	r := m.free[n-1]
	m.free = m.free[:n-1]
	*r = run{}
	return r
}

func (m *Machine) applyHeld(r *run, d *messages.RunHeld) {
	j := r.job
	m.keepImage(j)
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
	s := m.gate(r.job)
	if s == nil || r.Final || !r.Ask && !r.Suspect {
		return
	}
	s.parked[r.ID] = true
	if s.waitsFor(r) && !r.Listed {
		r.Listed = true
		s.unasked = append(s.unasked, asked{r.ID, r})
	}
}

func (m *Machine) applyUnpark(r *run) {
	if s := m.gate(r.job); s != nil {
		delete(s.parked, r.ID)
	}
}

// waitsFor reports whether the run waits for a person, in this session, and has no deadline yet.
func (s *session) waitsFor(r *run) bool {
	return r.Ask && !r.Final && !r.Answer.set() && r.job.group.gate == s
}

// applyTrimUnasked drops runs from the head of the list that need no deadline any more, so that its head, if
// any, does.
func (m *Machine) applyTrimUnasked(s *session) {
	for len(s.unasked) > 0 {
		a := s.unasked[0]
		same := a.run.ID == a.id
		if same && s.waitsFor(a.run) {
			return
		}
		if same {
			m.keepImage(a.run.job)
			a.run.Listed = false
		}
		s.unasked = s.unasked[1:]
	}
}

func (m *Machine) applyRequested(f messages.RunRequested) *event {
	j := m.jobs[f.Job]
	if j == nil || j.Gone || j.spent() {
		return &m.event
	}
	m.keepImage(j)
	for _, r := range j.runs {
		if r.Final || r.InFlight {
			continue
		}
		ev := &m.event
		ev.run, ev.holds, ev.backoff = r, len(m.holds(r)), r.Retry.set()
		m.applyUnpark(r)
		if r.Suspect {
			r.Expired = nil
		}
		r.Hand, r.Ask, r.Suspect, r.Answer, r.Retry = true, false, false, alarm{}, alarm{}
		m.refresh(j)
		m.touch(j)
		return ev
	}
	return &m.event
}

func (m *Machine) applyFinished(r *run, d *messages.RunFinished) {
	j := r.job
	m.keepImage(j)
	if into := j.run(d.Into); into != nil {
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
	if s := m.session(r.Session); s != nil && r.InFlight && s.Canary == r.ID {
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
	j.uncountRun(r)
	j.runs = slices.DeleteFunc(j.runs, func(o *run) bool { return o == r })
	delete(m.ownKeys, r.ID)
	m.dropped = append(m.dropped, r)
}

// applyTally counts, for the summary, a run that waited in the outage and ended without starting.
func (m *Machine) applyTally(r *run, d *messages.RunFinished) {
	s := m.gate(r.job)
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

// run finds a run of a job; nil: there is none.
func (m *Machine) run(job string, id messages.RunID) *run {
	if j := m.jobs[job]; j != nil {
		return j.run(id)
	}
	return nil
}

func (j *job) run(id messages.RunID) *run {
	for _, r := range j.runs {
		if r.ID == id {
			return r
		}
	}
	return nil
}
