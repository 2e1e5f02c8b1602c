package policy

import "curfew/messages"

// group is the jobs of one actor type and one session, apart by whether they use keys of their own and by what they ask
// of nodes: those that one lane bounds and one gate holds. It counts the jobs that people see, and the unfinished runs. What holds all of them alike,
// the gate and the circuit, is not in the counts: it changes for a million runs at once. So a question about a session
// costs the same with one job or a million.
type group struct {
	lane    *lane
	session string   // empty: ungated
	gate    *session // of that name; nil: ungated, or there is no such session yet
	own     bool     // only with a session
	pool    *pool    // the nodes that take its jobs

	line *line // in which the jobs wait to start; nil: none ever did

	jobs names          // without a session they are only counted
	runs [runStates]int // of runUncounted it means nothing
}

// runState is the state of an unfinished run, whatever its session's is.
type runState uint8

const (
	runUncounted runState = iota // not in a group yet, or finished
	runInFlight
	runHeld // by its job or by a hold of its own
	runBacksOff
	runReady
	runStates
)

func (r *run) state(held bool) runState {
	switch {
	case r.Final:
		return runUncounted
	case r.InFlight:
		return runInFlight
	case held, r.Ask, r.Suspect:
		return runHeld
	case r.Retry.set():
		return runBacksOff
	default:
		return runReady
	}
}

// waits is how many of the runs have no attempt in flight.
func (g *group) waits() int { return g.runs[runHeld] + g.runs[runBacksOff] + g.runs[runReady] }

// shown reports whether people see the job.
func (j *job) shown() bool { return !j.Gone && !j.spent() }

// regroup puts the job into the group of its definition.
func (m *Machine) regroup(j *job) {
	session, own := "", false
	if j.Def.Gated && j.Def.Session != "" {
		session, own = j.Def.Session, j.Def.OwnKey
	}
	p := m.pool(j.Def.Actor, j.Def.RunsOn)
	if g := j.group; g != nil && g.pool == p && g.session == session && g.own == own {
		return
	}
	m.uncount(j)
	j.group = m.group(p, session, own)
}

func (m *Machine) group(p *pool, session string, own bool) *group {
	for _, g := range m.groups[session] {
		if g.pool == p && g.own == own {
			return g
		}
	}
	g := &group{lane: m.lane(p.actor), session: session, own: own, pool: p, jobs: names{bare: session == ""}}
	if session != "" {
		g.gate = m.sessions[session]
	}
	m.groups[session] = append(m.groups[session], g)
	return g
}

// regate lets the groups of a session know it. Their jobs were defined when there was none of that name.
func (m *Machine) regate(s *session) {
	for _, g := range m.groups[s.Config.Name] {
		if g.gate != s {
			g.gate, g.line = s, nil
		}
	}
}

// count brings the counts and lists up to date with the job and its runs. It follows any change of them.
func (m *Machine) count(j *job) {
	g := j.group
	if shown := j.shown(); shown != j.counted {
		j.counted = shown
		if shown {
			g.jobs.add(j.Def.Job)
			m.names.add(j.Def.Job)
		} else {
			g.jobs.remove(j.Def.Job)
			m.names.remove(j.Def.Job)
		}
	}
	stopped := j.stopped()
	m.stand(j, j.counted && stopped)
	for _, r := range j.runs {
		if is := r.state(stopped || j.unplaced()); is != r.counted {
			g.runs[r.counted]--
			g.runs[is]++
			r.counted = is
		}
	}
	m.activate(j)
}

// uncount takes the job and its runs out of the counts of their group.
func (m *Machine) uncount(j *job) {
	if j.counted {
		j.counted = false
		j.group.jobs.remove(j.Def.Job)
		m.names.remove(j.Def.Job)
	}
	m.stand(j, false)
	for _, r := range j.runs {
		j.uncountRun(r)
	}
}

// stand counts the jobs that people see and that start nothing.
func (m *Machine) stand(j *job, stands bool) {
	switch {
	case stands && !j.stands:
		m.standing++
	case j.stands && !stands:
		m.standing--
	}
	j.stands = stands
}

// uncountRun takes out a run that is over, or goes to another group.
func (j *job) uncountRun(r *run) {
	if j.group != nil {
		j.group.runs[r.counted]--
	}
	r.counted = runUncounted
}

// activate keeps the list of the jobs that have runs, in no order.
func (m *Machine) activate(j *job) {
	switch has := len(j.runs) > 0; {
	case has && j.active == 0:
		m.active = append(m.active, j)
		j.active = int32(len(m.active))
	case !has && j.active > 0:
		last := m.active[len(m.active)-1]
		m.active[j.active-1], last.active = last, j.active
		m.active[len(m.active)-1] = nil
		m.active = m.active[:len(m.active)-1]
		j.active = 0
	}
}

// listSession keeps the list of sessions that people see.
func (m *Machine) listSession(name string, s *session) {
	if s.Gone {
		m.sessionNames.remove(name)
	} else {
		m.sessionNames.add(name)
	}
}

// jobsOf counts the jobs that depend on the session, and those of them that prove it.
func (m *Machine) jobsOf(s *session) (all, proving int) {
	for _, g := range m.groups[s.Config.Name] {
		all += g.jobs.count
		if !g.own {
			proving += g.jobs.count
		}
	}
	return all, proving
}

// heldBy counts the runs that wait for the session's gate.
func (m *Machine) heldBy(s *session) (n int) {
	for _, g := range m.groups[s.Config.Name] {
		if s.holdsBack(g.own) {
			n += g.waits()
		}
	}
	return n
}

// load adds what the group counts to the load.
func (g *group) load(l *Load) {
	add := func(status messages.Status, n int) {
		if n > 0 {
			l.Runs[RunState{Actor: g.lane.name, Status: status}] += n
		}
	}
	add(messages.StatusRunning, g.runs[runInFlight])
	held := g.gate != nil && g.gate.holdsBack(g.own)
	if held && g.waits() > 0 {
		l.Held[g.session] += g.waits()
	}
	if held || g.gate != nil && !g.own && !g.gate.Circuit.closed() {
		add(messages.StatusHeld, g.waits())
		return
	}
	add(messages.StatusHeld, g.runs[runHeld])
	add(messages.StatusBackingOff, g.runs[runBacksOff])
	add(messages.StatusQueued, g.runs[runReady])
}
