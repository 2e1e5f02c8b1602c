package policy

import "curfew/messages"

// configured opens the gates of sessions that keep no token and closes those that have never had one, or that are gone.
// Timers that run keep to the new settings. Notifications that no target has taken are sent again.
func (m *Machine) configured(f messages.RuntimeConfigured) {
	for _, c := range f.Sessions {
		s := m.sessions[c.Name]
		back := s.State == messages.StateClosed && s.Reason == messages.ReasonRemoved
		switch {
		case c.Backend != "" && (s.State == "" || back || s.State == messages.StateOpen && !s.HadBackend):
			m.emit(messages.GateClosed{Session: c.Name, Generation: s.Generation, Reason: messages.ReasonSignedOut, Source: messages.SourceConfig})
		case s.State == "":
			m.emit(messages.GateOpened{Session: c.Name, Generation: s.Generation + 1})
		case c.Backend == "" && (back || s.State != messages.StateOpen && s.HadBackend):
			m.open(s, s.Generation+1, 0)
		}
		m.pace(s)
	}
	for _, name := range sorted(m.sessions) {
		if s := m.sessions[name]; s.Gone && s.State != messages.StateClosed {
			m.emit(messages.GateClosed{Session: name, Generation: s.Generation, Reason: messages.ReasonRemoved, Source: messages.SourceConfig})
		}
	}
	for _, u := range m.refusedByAll() {
		m.again(u, reach(m.notify)) // the settings may be mended
	}
}

// pace sets the timers of a session that run by the settings of a release anew, if they would go off later than the
// settings now say.
func (m *Machine) pace(s *session) {
	if next := m.now.Add(m.tick()); s.Rationed && s.Tick.set() && s.Tick.at() > next {
		m.wakeSession(s, messages.WakeRelease, next)
	}
	if r := m.run(s.canaryOf, s.Canary); r != nil && s.CanaryWait.set() {
		switch due := r.Started.Add(m.release.CanaryWait.D()); {
		case due <= m.now:
			m.canaryWaited(s)
		case due < s.CanaryWait.at():
			m.wakeSession(s, messages.WakeCanaryWait, due)
		}
	}
}

// expire closes the gate if the generation is the current one; an older one changes nothing. A sign-out
// of a closed session only changes its reason; an expiry outranks a quota.
func (m *Machine) expire(s *session, gen uint64, source, reason string) {
	if s == nil || gen != s.Generation {
		return
	}
	signOut := reason == messages.ReasonSignedOut
	if s.State == messages.StateClosed && !(signOut && s.Reason != messages.ReasonSignedOut) && s.Reason != messages.ReasonQuota {
		return
	}
	again, quota := s.State == messages.StateClosed, s.State == messages.StateClosed && s.Reason == messages.ReasonQuota
	over := s.outageIsOver()
	refused := !signOut && s.RestoredBy != "" && s.RestoredBy != messages.ByRefresh && !s.proven()
	m.emit(messages.GateClosed{Session: s.Config.Name, Generation: gen, Reason: reason, Source: source})
	if over {
		m.noticeSummary(s)
	}
	switch {
	case signOut, again && !quota:
	case s.mendsItself():
	case s.Outage.Seq == 0, quota, s.Refused == maxRefreshed:
		m.noticeClosed(s) // even in an outage of which people were told that it would pass by itself
	case refused:
		m.noticeRefused(s)
	}
}

// outageIsOver reports whether all that is left of an outage is its summary.
func (s *session) outageIsOver() bool {
	return s.Outage.Seq != 0 && s.State == messages.StateOpen && s.proven()
}

// restored numbers the new generation: a closed or probing gate probes, an open one stays open. If all jobs
// of the session use keys of their own, none can prove it, and it opens at once.
func (m *Machine) restored(f messages.SessionRestored) {
	s := m.session(f.Session)
	if s == nil {
		return
	}
	switch {
	case s.State == messages.StateOpen:
		m.emit(messages.GateOpened{Session: f.Session, Generation: s.Generation + 1, ExpiresAt: f.ExpiresAt})
	case m.nobodyProves(s):
		m.open(s, s.Generation+1, f.ExpiresAt)
	default:
		m.emit(messages.GateProbing{Session: f.Session, Generation: s.Generation + 1, ExpiresAt: f.ExpiresAt})
	}
	m.foresee(s)
}

// confirmed: the backend accepted the generation that is being probed.
func (m *Machine) confirmed(f messages.SessionConfirmed) {
	if s := m.session(f.Session); s != nil && s.State == messages.StateProbing && f.Generation == s.Generation && m.proves(f.Run) {
		m.openProven(s)
	}
}

// canaryEnded opens the gate: its canary has ended in something other than an expiry.
func (m *Machine) canaryEnded(ev *event) {
	if !ev.canary {
		return
	}
	if s := m.session(ev.run.Session); s.State == messages.StateProbing {
		m.openProven(s)
	}
}

// canaryWaited opens the gate: its canary has run long enough.
func (m *Machine) canaryWaited(s *session) {
	if s.State == messages.StateProbing {
		m.openProven(s)
	}
}

// nobodyProves reports whether the session has jobs, and none of them proves it.
func (m *Machine) nobodyProves(s *session) bool {
	all, proving := m.jobsOf(s)
	return all > 0 && proving == 0
}

// openProven opens the gate for the generation that was probed.
func (m *Machine) openProven(s *session) { m.open(s, s.Generation, s.ExpiresAt) }

// openUnproven opens a gate that would be probing for ever: the last job that could prove the session is gone, uses a
// key of its own, or belongs elsewhere by now.
func (m *Machine) openUnproven(s *session) {
	if s.State != messages.StateProbing || s.Canary != "" || !m.nobodyProves(s) {
		return
	}
	m.openBy(messages.GateOpened{Session: s.Config.Name, Generation: s.Generation, ExpiresAt: s.ExpiresAt, Rationed: true, Unproven: true})
}

// open lets the session's runs start, the backlog at the set pace.
func (m *Machine) open(s *session, generation uint64, expires messages.Instant) {
	m.openBy(messages.GateOpened{Session: s.Config.Name, Generation: generation, ExpiresAt: expires, Rationed: true})
}

func (m *Machine) openBy(d messages.GateOpened) {
	s := m.session(d.Session)
	m.emit(d)
	m.wakeSession(s, messages.WakeRelease, m.now.Add(m.tick()))
	m.askAll(s)
}

// endOutage says the one summary: the gate is open, a call was accepted, and what waited has been let go.
func (m *Machine) endOutage(s *session) {
	if s == nil || s.Outage.Seq == 0 || s.State != messages.StateOpen || s.Rationed || !s.proven() {
		return
	}
	m.noticeSummary(s)
}
