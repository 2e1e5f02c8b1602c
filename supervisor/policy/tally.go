package policy

import "curfew/messages"

// tally counts the jobs that people see of one actor type and one session, apart by whether they use keys of their
// own, and their unfinished runs. What holds all of them alike, the gate and the circuit, is not in the counts: it
// changes for a million runs at once. So a question about a session costs the same with one job or a million.
type tally struct {
	actor   string
	session string // empty: ungated
	own     bool

	jobs names
	runs [runStates]int // of runUncounted it means nothing
}

// runState is the state of an unfinished run, whatever its session's is.
type runState uint8

const (
	runUncounted runState = iota // not in a tally yet, or finished
	runInFlight
	runHeld // by its job or by a hold of its own
	runBacksOff
	runReady
	runStates
)

func (r *run) state(stopped bool) runState {
	switch {
	case r.Final:
		return runUncounted
	case r.InFlight:
		return runInFlight
	case stopped, r.Ask, r.Suspect:
		return runHeld
	case r.Retry.set():
		return runBacksOff
	default:
		return runReady
	}
}

// waits is how many of the runs have no attempt in flight.
func (t *tally) waits() int { return t.runs[runHeld] + t.runs[runBacksOff] + t.runs[runReady] }

// shown reports whether people see the job.
func (j *job) shown() bool { return !j.Gone && !j.spent() }

// count puts the job and its runs into the tally and the list of names that they belong to now. It follows any change
// of them.
func (m *Machine) count(j *job) {
	t := m.tally(j)
	if t != j.tally {
		m.uncount(j)
		j.tally = t
	}
	if shown := j.shown(); shown != j.counted {
		j.counted = shown
		if shown {
			t.jobs.add(j.Def.Job)
			m.names.add(j.Def.Job)
		} else {
			t.jobs.remove(j.Def.Job)
			m.names.remove(j.Def.Job)
		}
	}
	stopped := j.stopped()
	for _, r := range j.runs {
		if is := r.state(stopped); is != r.counted {
			t.runs[r.counted]--
			t.runs[is]++
			r.counted = is
		}
	}
}

// uncount takes the job and its runs out of their tally.
func (m *Machine) uncount(j *job) {
	if j.counted {
		j.counted = false
		j.tally.jobs.remove(j.Def.Job)
		m.names.remove(j.Def.Job)
	}
	for _, r := range j.runs {
		j.uncountRun(r)
	}
}

// uncountRun takes out a run that is over.
func (j *job) uncountRun(r *run) {
	if j.tally != nil {
		j.tally.runs[r.counted]--
	}
	r.counted = runUncounted
}

// tally finds the counts to which the job belongs.
func (m *Machine) tally(j *job) *tally {
	session, own := "", false
	if j.Def.Gated && j.Def.Session != "" {
		session, own = j.Def.Session, j.Def.OwnKey
	}
	if t := j.tally; t != nil && t.actor == j.Def.Actor && t.session == session && t.own == own {
		return t
	}
	for _, t := range m.tallies[session] {
		if t.actor == j.Def.Actor && t.own == own {
			return t
		}
	}
	t := &tally{actor: j.Def.Actor, session: session, own: own}
	m.tallies[session] = append(m.tallies[session], t)
	return t
}

// listSession keeps the list of sessions that people see.
func (m *Machine) listSession(name string, s *session) {
	if s.Gone {
		m.configuredNames.remove(name)
	} else {
		m.configuredNames.add(name)
	}
}

// jobsOf counts the jobs that depend on the session, and those of them that prove it.
func (m *Machine) jobsOf(s *session) (all, proving int) {
	for _, t := range m.tallies[s.Config.Name] {
		all += t.jobs.count
		if !t.own {
			proving += t.jobs.count
		}
	}
	return all, proving
}

// heldBy counts the runs that wait for the session's gate.
func (m *Machine) heldBy(s *session) (n int) {
	for _, t := range m.tallies[s.Config.Name] {
		if s.holdsBack(t.own) {
			n += t.waits()
		}
	}
	return n
}

// load adds what the tally says to the load; s is its session, nil for jobs without one.
func (t *tally) load(l *Load, s *session) {
	add := func(status messages.Status, n int) {
		if n > 0 {
			l.Runs[RunState{Actor: t.actor, Status: status}] += n
		}
	}
	add(messages.StatusRunning, t.runs[runInFlight])
	gate := s != nil && s.holdsBack(t.own)
	if gate && t.waits() > 0 {
		l.Held[t.session] += t.waits()
	}
	if gate || s != nil && !t.own && !s.Circuit.closed() {
		add(messages.StatusHeld, t.waits())
		return
	}
	add(messages.StatusHeld, t.runs[runHeld])
	add(messages.StatusBackingOff, t.runs[runBacksOff])
	add(messages.StatusQueued, t.runs[runReady])
}
