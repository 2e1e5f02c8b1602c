package policy

import (
	"cmp"
	"slices"

	"curfew/messages"
)

// maxStarts bounds the runs that one Step starts or finds stale.
const maxStarts = 1024

// settle starts what can start, ends what has run its course, and says what only then is known.
func (m *Machine) settle() {
	for _, s := range byName(m.lost) {
		m.openUnproven(s)
	}
	m.lost = forgotten(m.lost, func(s *session) { s.lost = false })
	budget := maxStarts
	for budget > 0 {
		j := m.pick()
		if j == nil {
			m.clean()
			break
		}
		budget--
		m.start(j)
	}
	if budget == 0 {
		m.goOn()
	}
	for _, r := range m.late {
		m.hold(r, m.holds(r), nil)
	}
	m.late = m.late[:0]
	for _, s := range byName(m.touched) {
		m.endRation(s)
		m.endOutage(s)
	}
	m.touched = forgotten(m.touched, func(s *session) { s.touched = false })
}

// byName sorts sessions by their names.
func byName(list []*session) []*session {
	if len(list) > 1 {
		slices.SortFunc(list, func(a, b *session) int { return cmp.Compare(a.Config.Name, b.Config.Name) })
	}
	return list
}

// forgotten is an empty list of sessions that are no longer marked.
func forgotten(list []*session, unmark func(*session)) []*session {
	for _, s := range list {
		unmark(s)
	}
	return list[:0]
}

// pick is the first job in the order of starts that may start now: its gate lets it, its lane has room. A
// canary goes to the head of its lane.
func (m *Machine) pick() *job {
	var first *job
	firstCanary := false
	for _, lane := range m.dirty {
		if lane.busy >= lane.size {
			continue
		}
		for _, l := range lane.lines {
			j, canary := m.candidate(l)
			if j == nil {
				continue
			}
			if first == nil || (canary && !firstCanary) || (canary == firstCanary && before(j, first)) {
				first, firstCanary = j, canary
			}
		}
	}
	return first
}

// candidate is the first of the line that may start but for room in the lane, nil if none, and whether it would be
// the canary. The last place in a session's own lane is kept for the session's first, whatever lane that waits for:
// else it would starve whenever the two places that it needs are never free at once.
func (m *Machine) candidate(l *line) (j *job, canary bool) {
	j, canary = m.allowed(l)
	s := l.session
	if j == nil || s == nil || s.Config.Lane == 0 || s.busy+1 < s.Config.Lane {
		return j, canary
	}
	if s.busy >= s.Config.Lane || m.foremost(s) != j {
		return nil, false // other sessions go on
	}
	return j, canary
}

// foremost is the first job of the session that gate, circuit and ration allow to start, a canary before all others.
func (m *Machine) foremost(s *session) (first *job) {
	for _, l := range s.lines {
		j, canary := m.allowed(l)
		if canary {
			return j
		}
		if j != nil && (first == nil || before(j, first)) {
			first = j
		}
	}
	return first
}

// allowed is the first of the line that the gate, the circuit and the ration of its session allow to start, nil if
// none, and whether it would be the canary.
func (m *Machine) allowed(l *line) (j *job, canary bool) {
	s := l.session
	switch {
	case s == nil:
		return l.first(), false
	case s.State == messages.StateClosed:
		return nil, false
	case s.State == messages.StateProbing && !l.own:
		j = s.trials.first()
		if s.Canary != "" || j == nil || j.line != l || !s.Circuit.lets(true) {
			return nil, false
		}
		return j, true
	}
	j = s.released(l)
	if !l.own && j != nil && !s.Circuit.lets(s.best() == j) {
		return nil, false
	}
	return j, false
}

// start begins the next attempt of the job's next run, unless it is too old by now.
func (m *Machine) start(j *job) {
	r := j.head
	if r.stale(m.now, j.Def) {
		m.finish(r, messages.StatusStale, messages.FinishStaleAfter)
		return
	}
	d := messages.AttemptStarted{
		Run: r.ID, Job: r.Job, Attempt: r.Attempt + 1, Slot: r.Slot, Node: owner(j.group.pool.takers, r.Job),
	}
	s := m.gate(j)
	if s == nil {
		m.emitStarted(r, d)
		return
	}
	d.Session, d.Generation, d.Canary = s.Config.Name, s.Generation, s.State == messages.StateProbing && !j.Def.OwnKey
	m.emitStarted(r, d)
	switch {
	case d.Canary && (s.Config.Backend != "" || !m.release.WaitBackendOnly):
		m.wakeSession(s, messages.WakeCanaryWait, m.now.Add(m.release.CanaryWait.D()))
	case s.Rationed && !s.fresh(r) && !s.Tick.set():
		m.wakeSession(s, messages.WakeRelease, m.now.Add(m.tick()))
	}
}

// goOn asks for a further fact for every session of which more could start than one Step may start. A lane
// without a session stays marked and goes on with whatever fact comes next.
func (m *Machine) goOn() {
	for _, name := range sorted(m.sessions) {
		s := m.sessions[name]
		if !s.Tick.set() && slices.ContainsFunc(s.lines, m.couldStart) {
			m.wakeSession(s, messages.WakeRelease, m.now)
		}
	}
}

func (m *Machine) couldStart(l *line) bool {
	j, _ := m.candidate(l)
	return j != nil && l.lane.busy < l.lane.size
}

func (m *Machine) finish(r *run, status messages.Status, reason messages.FinishReason) {
	m.emitFinished(r, messages.RunFinished{Run: r.ID, Job: r.Job, Status: status, Reason: reason})
}

// stale reports whether the run is too old to start. What a person asked for runs, however old its slot is.
func (r *run) stale(now messages.Instant, def *messages.Kept) bool {
	after := def.StaleAfter.D()
	return after > 0 && !r.Hand && !r.Slot.IsZero() && now.Sub(r.at(r.Slot)) > after
}
