package policy

import (
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// JobView is a job as people see it.
type JobView struct {
	Definition messages.Definition
	Paused     bool
	Mark       scheduler.Mark // slots after it are still to be judged
	Skipped    *Skip          // the newest slots of which no run came; nil: none. It must not be changed
	Runs       []RunView      // unfinished, oldest first
}

// RunView is an unfinished run as people see it.
type RunView struct {
	ID              messages.RunID
	Job             string
	Slot, FirstSlot messages.Instant
	Missed          int
	Trigger         messages.Trigger
	Status          messages.Status
	Holds           []messages.Hold
	Attempt         int
	Due             messages.Instant // when its backoff is over
	Final           bool             // finished, but its attempt has not returned
}

// SessionView is a session as people see it, with the whole of its settings: a setting that was left out here would
// be lost to everybody above.
type SessionView struct {
	messages.SessionConfig
	State            messages.GateState
	Generation       uint64
	Reason, Source   string
	Since, ExpiresAt messages.Instant
	Held, Jobs       int              // runs that wait for the gate, and jobs that depend on the session
	Late             int              // expiries of older generations, which changed nothing
	Until            messages.Instant // when a gate that is closed for a quota probes by itself
	Circuit          CircuitState
	CircuitUntil     messages.Instant // when an open circuit lets one run try
	RefreshSpent     bool             // only a person may open it now
	Canary           string           // the job whose run shows whether the sign-in is good; empty: none is under way
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

// Job is the view of a job; false if there is none of that name, or it is spent.
func (m *Machine) Job(name string) (JobView, bool) {
	j := m.jobs[name]
	if j == nil || j.Gone || j.spent() {
		return JobView{}, false
	}
	v := JobView{Definition: *j.Def, Paused: j.stopped(), Mark: j.mark(), Skipped: j.Skipped}
	for _, r := range j.runs {
		v.Runs = append(v.Runs, m.view(r))
	}
	return v, true
}

// JobNames lists the jobs, sorted.
func (m *Machine) JobNames() []string {
	return slices.DeleteFunc(sorted(m.jobs), func(n string) bool { return m.jobs[n].Gone || m.jobs[n].spent() })
}

// Spent lists the jobs with delete_after_run that have run, sorted by name: they are hidden from people, and a
// job file that still defines one does not bring it back.
func (m *Machine) Spent() (out []messages.Definition) {
	for _, name := range sorted(m.jobs) {
		if j := m.jobs[name]; j.spent() && !j.Gone {
			out = append(out, *j.Def)
		}
	}
	return out
}

// Unfinished lists the runs that are not over, in no order: as many as there are, not as many as jobs.
func (m *Machine) Unfinished() []RunView {
	out := make([]RunView, 0, len(m.runs))
	for _, r := range m.runs {
		out = append(out, m.view(r))
	}
	return out
}

func (m *Machine) view(r *run) RunView {
	v := RunView{
		ID: r.ID, Job: r.Job, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed, Trigger: r.Trigger,
		Holds: m.holds(r), Attempt: r.Attempt, Due: r.Retry.at(), Final: r.Final,
	}
	switch {
	case r.InFlight:
		v.Status = messages.StatusRunning
	case len(v.Holds) > 0:
		v.Status = messages.StatusHeld
	case r.Retry.set():
		v.Status = messages.StatusBackingOff
	default:
		v.Status = messages.StatusQueued
	}
	return v
}

// Session is the view of a session; false if there is none of that name.
func (m *Machine) Session(name string) (SessionView, bool) {
	s := m.sessions[name]
	if s == nil || s.Gone {
		return SessionView{}, false
	}
	v := SessionView{
		SessionConfig: s.Config, State: s.State, Generation: s.Generation,
		Reason: s.Reason, Source: s.Source, Since: s.Since, ExpiresAt: s.ExpiresAt, Late: s.LateCount,
		Until: s.Quota.at(), Circuit: s.Circuit.state(), CircuitUntil: s.Circuit.Until.at(), RefreshSpent: s.Refused >= maxRefreshed,
	}
	if r := m.runs[s.Canary]; r != nil {
		v.Canary = r.Job
	}
	for _, j := range m.jobs {
		if j.Gone || j.spent() || m.gate(j) != s {
			continue
		}
		v.Jobs++
		for _, r := range j.runs {
			if slices.Contains(m.holds(r), messages.HoldSession) {
				v.Held++
			}
		}
	}
	return v, true
}

// SessionNames lists the sessions, sorted.
func (m *Machine) SessionNames() []string {
	return slices.DeleteFunc(sorted(m.sessions), func(n string) bool { return m.sessions[n].Gone })
}

// Pending is a timer that has not gone off.
type Pending struct {
	messages.Timer
	At    messages.Instant // its due by the clock as it is now
	Span  time.Duration    // from the decision to its due
	Cause uint64           // seq of the fact from which it followed
}

// Wait is how long to wait for the timer from now on, after a restart: until its due, but never longer
// than it was to take in the first place, for the wall clock may have been set back meanwhile.
func (p Pending) Wait(now messages.Instant) time.Duration { return min(p.At.Sub(now), p.Span) }

// Timers lists the timers that have not gone off, in a fixed order: a restart arms them again.
func (m *Machine) Timers() []Pending {
	var out []Pending
	add := func(t messages.Timer, a alarm) {
		if t.Due = a.Due; a.set() {
			out = append(out, Pending{t, a.at(), a.Span, a.Cause})
		}
	}
	add(messages.Timer{Why: messages.WakeTell}, m.tell)
	for _, name := range sorted(m.sessions) {
		s := m.sessions[name]
		add(messages.Timer{Session: name, Why: messages.WakeCanaryWait}, s.CanaryWait)
		add(messages.Timer{Session: name, Why: messages.WakeRelease}, s.Tick)
		add(messages.Timer{Session: name, Why: messages.WakeQuota}, s.Quota)
		add(messages.Timer{Session: name, Why: messages.WakeCircuit}, s.Circuit.Until)
		add(messages.Timer{Session: name, Why: messages.WakeForecast}, s.Forecast)
	}
	for _, name := range sorted(m.jobs) {
		for _, r := range m.jobs[name].runs {
			add(messages.Timer{Run: r.ID, Job: name, Why: messages.WakeRetry}, r.Retry)
			add(messages.Timer{Run: r.ID, Job: name, Why: messages.WakeAsk}, r.Answer)
		}
	}
	return out
}

// Glance is the machine's state in a few words. It is cheap: it may be asked for every few seconds.
type Glance struct {
	Jobs     int
	Sessions []SessionGlance // by name
}

// SessionGlance is a session's gate in a word.
type SessionGlance struct {
	Name  string
	State messages.GateState
}

// Glance looks at the machine.
func (m *Machine) Glance() (g Glance) {
	for _, j := range m.jobs {
		if !j.Gone && !j.spent() {
			g.Jobs++
		}
	}
	for _, name := range m.SessionNames() {
		g.Sessions = append(g.Sessions, SessionGlance{Name: name, State: m.sessions[name].State})
	}
	return g
}

// Lost lists the lost deliveries of a job, oldest first; it must not be changed.
func (m *Machine) Lost(name string) []Lost {
	if j := m.jobs[name]; j != nil {
		return j.Lost
	}
	return nil
}

// Latest is the latest time that the clock has shown since it was last set back, as far as the machine has heard: a
// clock that shows an earlier time has been set back.
func (m *Machine) Latest() messages.Instant { return m.latest }

// SetBack is the newest time that the clock was set back; the zero value: it never was.
func (m *Machine) SetBack() messages.ClockSetBack { return m.back }

// Stopped reports whether the runtime has stopped in order since it was last configured.
func (m *Machine) Stopped() bool { return m.stopped }

// Waiting is how many messages each target has not answered.
func (m *Machine) Waiting() map[string]int {
	n := make(map[string]int)
	for _, l := range m.outbox.order {
		for _, to := range l.To {
			n[to]++
		}
	}
	return n
}

// Untold is a notification that no target has taken, as people see it.
type Untold struct {
	Session, Job string // what it is about; one may be empty
	Notice       messages.Notice
	At           messages.Instant
	ID           string           // of the notification, or of the newest that repeats it
	Waiting      []string         // targets that have not answered
	Refused      []Refusal        // the newest answers
	Due          messages.Instant // when it is told again by itself; null: a target is still to answer
}

// Untold lists the notifications that are still true and that no target has taken, by what they are about. One
// that is new is among them until the first target has answered.
func (m *Machine) Untold() (out []Untold) {
	for _, key := range sorted(m.untold) {
		u := m.untold[key]
		if !m.stillTrue(u) {
			continue
		}
		out = append(out, Untold{
			Session: u.Notice.Session, Job: u.Notice.Job, Notice: u.Notice.Notice, At: u.At, ID: u.ID,
			Waiting: slices.Clone(u.Pending), Refused: slices.Clone(u.Refused), Due: u.Due,
		})
	}
	return out
}
