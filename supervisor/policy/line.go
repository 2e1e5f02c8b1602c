package policy

import "curfew/messages"

// line is the jobs of one lane and one session that have a run ready to start, but for the gate, the ration and
// room in the lane. Runs that use a key of their own have a line of their own, because a probing gate lets them
// pass. With lines, closing a gate costs the same with one run waiting or a million.
type line struct {
	lane    *lane
	session *session // nil: ungated
	own     bool

	backlog *heapOf // of the session's ration, while there is one; else all
	fresh   *heapOf // what came after the opening: it does not wait for the ration
}

// first is the first of the line in the order of starts; nil if there is none.
func (l *line) first() *job {
	a, b := l.backlog.first(), l.fresh.first()
	if a == nil || b != nil && before(b, a) {
		return b
	}
	return a
}

// refresh puts the job where it belongs after any change of it or its runs.
func (m *Machine) refresh(j *job) {
	m.count(j)
	var to *line
	var starts, trials *heapOf
	j.head = j.next()
	if r := j.head; r != nil {
		to = m.line(j)
		starts = to.backlog
		if s := m.gate(j); s != nil {
			if s.fresh(r) {
				starts = to.fresh
			}
			if !to.own {
				trials = &s.trials
			}
		}
	}
	old := j.line
	j.line = to
	j.move(byStart, starts)
	j.move(byTrial, trials)
	if old != nil && old != to {
		m.mark(old)
	}
	if to != nil {
		m.mark(to)
	}
}

// mark lets settle look at the line's lane; while its session lets one run try, or has a lane of its own, at all
// lanes of the session, for another run may be the first now.
func (m *Machine) mark(l *line) {
	m.markLane(l.lane)
	if s := l.session; s != nil && (s.State == messages.StateProbing || s.Circuit.halfOpen() || s.Config.Lane > 0) {
		m.dirtyLanes(s)
	}
}

func (m *Machine) markLane(l *lane) {
	if !l.dirty {
		l.dirty = true
		m.dirty = append(m.dirty, l)
	}
}

// clean takes all marks away.
func (m *Machine) clean() {
	for _, l := range m.dirty {
		l.dirty = false
	}
	m.dirty = m.dirty[:0]
}

// line finds the line in which the job's runs wait.
func (m *Machine) line(j *job) *line {
	g := j.group
	if g.line == nil {
		l := &line{lane: g.lane, session: g.gate, own: g.own && g.gate != nil, backlog: &heapOf{}, fresh: &heapOf{}}
		if same := l.known(); same != nil {
			g.line = same
			return same
		}
		g.lane.lines = append(g.lane.lines, l)
		if g.gate != nil {
			g.gate.lines = append(g.gate.lines, l)
		}
		g.line = l
	}
	return g.line
}

// known is the line of the same kind that the lane has already; nil if it has none. Groups of sessions that are not
// there share that of jobs without one.
func (l *line) known() *line {
	for _, o := range l.lane.lines {
		if o.session == l.session && o.own == l.own {
			return o
		}
	}
	return nil
}

// waiting counts the jobs of the session that have a run ready but for gate, ration and lane.
func (s *session) waiting() (n int) {
	for _, l := range s.lines {
		n += l.backlog.count + l.fresh.count
	}
	return n
}

// best is the session's first ready job in the order of starts that proves it, whatever its lane; nil if none.
func (s *session) best() (first *job) {
	for _, l := range s.lines {
		if j := l.first(); !l.own && j != nil && (first == nil || before(j, first)) {
			first = j
		}
	}
	return first
}

// dirtyLanes marks every lane in which the session has runs.
func (m *Machine) dirtyLanes(s *session) {
	for _, l := range s.lines {
		m.markLane(l.lane)
	}
}

func (m *Machine) lane(name string) *lane {
	l := m.lanes[name]
	if l == nil {
		l = &lane{name: name, size: DefaultLane}
		m.lanes[name] = l
	}
	return l
}
