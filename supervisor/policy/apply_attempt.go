package policy

import "curfew/messages"

func (m *Machine) applyStarted(r *run, d *messages.AttemptStarted) {
	j := r.job
	m.keepImage(j)
	r.Attempt, r.InFlight, r.Started, r.StartedBy, r.Before = d.Attempt, true, m.now, m.seq, 0
	r.Lane, r.Session, r.Generation = j.Def.Actor, d.Session, d.Generation
	r.StartDef, r.SideEffect, r.lane, r.Node = j.Def, false, j.group.lane, d.Node
	m.applyOwnKey(r)
	j.flying++
	r.lane.busy++
	m.countOn(r.Node, 1)
	m.refresh(j)
	s := m.session(d.Session)
	if s == nil {
		return
	}
	s.busy++
	if s.Circuit.halfOpen() && !r.ownKey() {
		s.Circuit.Probe = r.ID
	}
	if d.Canary {
		s.Canary, s.canaryOf = r.ID, r.Job
	} else if s.Rationed && !s.fresh(r) {
		s.Credits--
	}
	if s.counts(r, m.seq) {
		r.LetGo = s.Outage.Seq
		s.Outage.LetGo++
	}
}

// applyOwnKey remembers whether the run's attempt uses a key of its own.
func (m *Machine) applyOwnKey(r *run) {
	if r.ownKey() {
		m.ownKeys[r.ID] = true
	} else {
		delete(m.ownKeys, r.ID)
	}
}

// counts reports whether the run belongs to the runs that the outage held: it waited since an earlier
// fact, and not only since the opening; and it is not counted yet.
func (s *session) counts(r *run, seq uint64) bool {
	return s.Outage.Seq != 0 && r.LetGo != s.Outage.Seq && r.WaitSeq < seq && (s.State != messages.StateOpen || r.WaitSeq <= s.OpenSeq)
}

// applyReturned takes an attempt out of flight; the event's run is nil if no such attempt is in flight.
func (m *Machine) applyReturned(ref *messages.AttemptRef) *event {
	r := m.run(ref.Job, ref.Run)
	if r == nil || !r.InFlight || r.Attempt != ref.Attempt {
		return &m.event
	}
	ev := &m.event
	ev.run = r
	j := r.job
	m.keepImage(j)
	r.InFlight = false
	j.flying--
	r.lane.busy--
	m.countOn(r.Node, -1)
	m.markLane(r.lane)
	if s := m.session(r.Session); s != nil {
		s.busy--
		if s.Circuit.Probe == r.ID {
			s.Circuit.Probe = ""
			ev.probe = true
			m.dirtyLanes(s)
		}
		if s.Config.Lane > 0 {
			m.dirtyLanes(s)
		}
		if s.Canary == r.ID {
			s.Canary, s.CanaryWait = "", alarm{}
			m.loseSession(s) // its job may be gone
			ev.canary = s.State == messages.StateProbing && !r.Final
			m.dirtyLanes(s)
		}
	}
	return ev
}

// applyAttemptClosed finishes what applyReturned began, once the end of the attempt is accounted for.
func (m *Machine) applyAttemptClosed(ev *event) *event {
	r := ev.run
	if r == nil {
		return ev
	}
	j := r.job
	r.WaitSeq = m.seq
	if r.Final {
		m.applyDrop(j, r)
	}
	m.refresh(j)
	m.touch(j)
	m.applyForget(j)
	return ev
}

func (m *Machine) applySucceeded(f *messages.AttemptSucceeded) *event {
	ev := m.applyReturned(&f.AttemptRef)
	if r := ev.run; r != nil {
		r.Active += m.now.Sub(r.Started)
		r.Interrupts, r.Soon, r.Idle = 0, 0, 0
		if s := m.session(r.Session); s != nil && !r.ownKey() {
			s.applyConfirmed(r.Generation, r.ID)
			if f.Called {
				m.applyReached(s)
			}
		}
		ev.pause = m.applyUsage(r.job, f.Usage)
	}
	return m.applyAttemptClosed(ev)
}

func (m *Machine) applyFailed(f messages.AttemptFailed) *event {
	ev := m.applyReturned(&f.AttemptRef)
	r := ev.run
	f = ofOwnKey(f, r)
	if s := m.session(f.Session); s != nil && lostSession(f) && f.Generation < s.Generation {
		s.LateCount++
	}
	if r == nil {
		return m.applyAttemptClosed(ev)
	}
	r.Interrupts, r.Soon = 0, 0
	if r.Idle++; !triedNothing(f) {
		r.Idle = 0
	}
	if r.Idle > 0 {
		ev.idle, ev.canary = r.Idle < maxIdle, false // it says nothing about the session
	}
	if lostSession(f) {
		r.LastExpired = m.now
		if f.Called {
			r.Expired = append(r.Expired, f.Generation)
			r.Expired = r.Expired[max(0, len(r.Expired)-maxExpired):]
		}
	}
	s := m.session(r.Session)
	if unreachable(f) && s != nil {
		ev.trial, ev.trip = s.applyUnreachable(ev.probe)
	}
	if reached(f) && !r.ownKey() {
		m.applyReached(s)
	}
	if !ev.idle && !lostSession(f) && !outOfQuota(f) && !ev.trial {
		r.Active += m.now.Sub(r.Started)
		r.Counted++
	}
	ev.pause = m.applyUsage(r.job, f.Usage)
	return m.applyAttemptClosed(ev)
}

// maxAbandoned is how many attempts of a job may be abandoned before the job pauses.
const maxAbandoned = 1

func (m *Machine) applyAbandoned(f messages.AttemptAbandoned) *event {
	ev := m.applyReturned(&f.AttemptRef)
	if r := ev.run; r != nil {
		j := r.job
		r.Active += m.now.Sub(r.Started)
		r.Interrupts, r.Soon, r.Idle = 0, 0, 0
		r.Counted++
		s := j.applySeldom()
		if s.Abandoned++; s.Abandoned > maxAbandoned && !j.Paused {
			j.Paused = true
			ev.pause = ReasonAbandoned
		}
	}
	return m.applyAttemptClosed(ev)
}
