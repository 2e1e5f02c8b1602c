package policy

import "curfew/messages"

// SessionView is a session as people see it, with the whole of its settings: a setting that was left out here would
// be lost to everybody above.
type SessionView struct {
	messages.SessionConfig
	State            messages.GateState
	Generation       uint64
	Reason, Source   string
	RestoredBy       string // the By of the newest sign-in; empty: there was none
	Since, ExpiresAt messages.Instant
	OutageSince      messages.Instant // when the outage began, which a sign-in that was refused does not end; zero: there is none
	Held, Jobs       int              // runs that wait for the gate, and jobs that depend on the session
	Late             int              // expiries of older generations, which changed nothing
	Until            messages.Instant // when a gate that is closed for a quota probes by itself
	Circuit          CircuitState
	CircuitUntil     messages.Instant // when an open circuit lets one run try
	RefreshSpent     bool             // only a person may open it now
	Canary           string           // the job whose run shows whether the sign-in is good; empty: none is under way
	Unproven         bool             // it is open, but no run has shown yet that this sign-in is good, though one can
}

// SignedOut reports whether the gate is closed because a person signed out: the session's tokens are to be forgotten.
func (v SessionView) SignedOut() bool {
	return v.State == messages.StateClosed && v.Reason == messages.ReasonSignedOut && v.Source != messages.SourceConfig
}

// WantsCredential reports whether the gate is closed until there is another credential: nobody signed out, and it does
// not wait for a quota.
func (v SessionView) WantsCredential() bool {
	return v.State == messages.StateClosed && v.Reason != messages.ReasonQuota && !v.SignedOut()
}

// Session is the view of a session; false if there is none of that name.
func (m *Machine) Session(name string) (SessionView, bool) {
	s := m.sessions[name]
	if s == nil || s.Gone {
		return SessionView{}, false
	}
	v := SessionView{
		SessionConfig: s.Config, State: s.State, Generation: s.Generation, Reason: s.Reason, Source: s.Source,
		RestoredBy: s.SignedInBy, Since: s.Since, ExpiresAt: s.ExpiresAt, OutageSince: s.Outage.Since, Late: s.LateCount,
		Until: s.Quota.at(), Circuit: s.Circuit.state(), CircuitUntil: s.Circuit.Until.at(), RefreshSpent: s.Refused >= maxRefreshed,
	}
	if r := m.run(s.canaryOf, s.Canary); r != nil {
		v.Canary = r.Job
	}
	jobs, proving := m.jobsOf(s)
	v.Jobs, v.Unproven = jobs, s.State == messages.StateOpen && proving > 0 && !s.proven()
	v.Held = m.heldBy(s)
	return v, true
}

// SessionNames lists the sessions whose names come after that one, sorted, at most limit of them. Empty: from the first
// on.
func (m *Machine) SessionNames(after string, limit int) []string {
	return m.sessionNames.after(after, limit)
}

// Glance is the machine's state in a few words. It is cheap: it may be asked for every few seconds.
type Glance struct {
	Jobs     int
	Sessions []SessionGlance // by name
}

// SessionGlance is a session's gate in a few words.
type SessionGlance struct {
	Name       string
	State      messages.GateState
	Since      messages.Instant // since when it is in that state
	Generation uint64
	ExpiresAt  messages.Instant // zero: unknown
}

// Glance looks at the machine.
func (m *Machine) Glance() (g Glance) {
	g.Jobs = m.JobCount()
	for _, name := range m.SessionNames("", All) {
		s := m.sessions[name]
		g.Sessions = append(g.Sessions, SessionGlance{
			Name: name, State: s.State, Since: s.Since, Generation: s.Generation, ExpiresAt: s.ExpiresAt,
		})
	}
	return g
}
