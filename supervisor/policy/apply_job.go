package policy

import "curfew/messages"

func (m *Machine) applyConfigured(f messages.RuntimeConfigured) {
	m.release, m.notify, m.reports = f.Release, f.Notify, f.Reports
	m.applySettings()
	for _, l := range f.Lanes {
		m.lane(l.Actor).size = l.Size
		m.markLane(m.lane(l.Actor))
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
	for name, s := range m.sessions {
		m.listSession(name, s)
		m.regate(s)
	}
	if !f.Reloaded {
		m.applyNewProcess()
	}
}

// applyNewProcess forgets what was about the process before.
func (m *Machine) applyNewProcess() {
	m.stopped = false
	for _, j := range m.jobs {
		m.keepImage(j)
		if j.rare != nil {
			j.rare.Abandoned = 0 // what another process abandoned is gone with it
			j.applyUsual()
		}
		for r := range j.inFlight() {
			if r.Node != "" {
				continue // it goes on as long as its node is here
			}
			// If this process performs it, it begins now: the time in between does not count for the attempt.
			r.Before, r.Started = r.Started, m.now
		}
	}
}

func newSession() *session {
	return &session{trials: heapOf{order: byTrial}, parked: make(map[messages.RunID]bool)}
}

func (m *Machine) applyDefined(f messages.JobDefined) {
	def := m.shelf.Share(f.Kept)
	j := m.jobs[def.Job]
	if j == nil {
		j = &job{jobState: jobState{Since: m.now}}
		m.jobs[def.Job] = j
		m.number(j)
	} else if m.keepImage(j); j.Gone || !def.SameSlots(j.Def.Timetable()) {
		j.Since, j.Judged, j.Done = max(j.Since, m.now), false, false
		if j.rare != nil {
			j.rare.Skipped, j.rare.Fixed, j.rare.Once = nil, 0, 0
			j.applyUsual()
		}
	}
	j.Done = j.Done && def.DeleteAfterRun
	if j.Gone {
		j.Gone, j.Paused = false, false
	}
	old := j.Def
	if old != nil {
		m.touch(j)
		m.lose(j)
		for _, r := range j.runs {
			m.applyUnpark(r)
			r.Listed = false // it may belong to another session now
		}
	}
	j.Def = def
	m.regroup(j)
	m.applyFollows(j, old)
	for _, r := range j.runs {
		m.applyPark(r)
	}
	m.refresh(j)
}

func (m *Machine) applyRemoved(f messages.JobRemoved) {
	j := m.jobs[f.Job]
	if j == nil {
		return
	}
	m.keepImage(j)
	m.lose(j)
	j.Gone = true
	j.applyNoIncident()
	m.applyFollows(j, j.Def)
	m.refresh(j)
	m.applyForget(j)
}

// applyForget drops a job that is gone once nothing of it is left.
func (m *Machine) applyForget(j *job) {
	if j.Gone && len(j.runs) == 0 {
		delete(m.jobs, j.Def.Job)
		m.unnumber(j)
	}
}

func (m *Machine) applyPause(name string, paused bool) {
	if j := m.jobs[name]; j != nil {
		m.keepImage(j)
		if j.Paused = paused; !paused && j.rare != nil {
			j.rare.Budget.Tokens = 0
		}
		m.refresh(j)
		m.touch(j)
	}
}

// lose lets settle look whether the job's session still has one that proves it.
func (m *Machine) lose(j *job) {
	if s := m.gate(j); s != nil && !j.Def.OwnKey {
		m.loseSession(s)
	}
}

func (m *Machine) loseSession(s *session) {
	if !s.lost {
		s.lost = true
		m.lost = append(m.lost, s)
	}
}

// touch lets settle look at the job's session: what waited there may have gone.
func (m *Machine) touch(j *job) {
	if s := m.gate(j); s != nil {
		m.touchSession(s)
	}
}

func (m *Machine) touchSession(s *session) {
	if !s.touched {
		s.touched = true
		m.touched = append(m.touched, s)
	}
}
