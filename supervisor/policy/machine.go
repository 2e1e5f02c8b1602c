package policy

import "curfew/messages"

// Version is the version of the rules. Every record bears the version that decided it; a change of any
// decision raises it.
const Version = 5

// Machine decides. It is not safe for concurrent use: the log steps it under its own order.
type Machine struct {
	// In hand for one Step.
	now     messages.Instant    // at of the fact that is being stepped
	seq     uint64              // its seq
	slots   bool                // whether it is about slots
	out     []messages.Decision // what it has led to so far
	touched map[string]bool     // sessions whose outage or ration may have ended
	lost    map[string]bool     // sessions that may have lost the last job that proves them
	late    []*run              // runs that only a probing gate holds: said to be held unless settle starts them

	// The state; see the comment of the package.
	stopped  bool                  // in order: what is in flight was told to stop
	epoch    int                   // how often the clock was set back
	back     messages.ClockSetBack // the last time
	latest   messages.Instant      // the latest time that the clock has shown since
	release  messages.ReleaseConfig
	jobs     map[string]*job
	runs     map[messages.RunID]*run // unfinished, or with an attempt that has not returned
	sessions map[string]*session
	notify   []string // where notifications go; empty: to the log
	reports  []string // where error reports go besides the log
	outbox   outbox
	untold   map[string]*untold // notifications that no target has taken, by what they are about
	tell     alarm              // when one of them is told again

	// What follows from the state.
	lanes map[string]*lane
	dirty map[string]bool            // lanes in which something may start
	after map[string]map[string]bool // the jobs that follow a job, by name

	// What people ask for, kept so that no answer costs more than what it shows.
	names           names               // of jobs that people see
	tallies         map[string][]*tally // by session; empty: of jobs without one
	configuredNames names               // of sessions that are configured
}

// New is a machine that knows nothing yet: its first fact is RuntimeConfigured.
func New() *Machine {
	return &Machine{
		jobs:     make(map[string]*job),
		runs:     make(map[messages.RunID]*run),
		sessions: make(map[string]*session),
		lanes:    make(map[string]*lane),
		outbox:   outbox{letters: make(map[string]*Letter)},
		untold:   make(map[string]*untold),
		dirty:    make(map[string]bool),
		after:    make(map[string]map[string]bool),
		tallies:  make(map[string][]*tally),
		touched:  make(map[string]bool),
		lost:     make(map[string]bool),
	}
}

// Step takes in one fact, at its place and time in the log, and returns what follows from it. The
// decisions are applied already; the caller makes them durable together with the fact. A Step makes at
// most about three decisions per slot of a batch and [maxStarts] starts; what is more goes on through a
// further fact.
func (m *Machine) Step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	m.applyTime(now)
	m.seq, m.out = seq, nil
	ev := m.applyFact(f)
	m.decide(f, ev)
	m.settle()
	return m.out
}

// Apply takes in a record as it was decided, fact or decision, without deciding again: recovery.
func (m *Machine) Apply(r messages.Record) {
	m.applyTime(r.At)
	switch b := r.Body.(type) {
	case messages.Fact:
		m.seq = r.Seq
		m.applyFact(b)
	case messages.Decision:
		m.seq = r.Cause
		m.applyDecision(r, b)
	}
	clear(m.touched)
	clear(m.lost)
}

// emit makes a decision: it is applied at once, so that the next one sees it.
func (m *Machine) emit(d messages.Decision) {
	n := len(m.out)
	m.out = append(m.out, d)
	r := messages.Record{Seq: m.seq + uint64(n) + 1, At: m.now, Cause: m.seq, PolicyVersion: Version, Body: d}
	if d.Topic() == messages.TopicOutbox {
		r.ID = messages.DerivedID(m.seq, n) // a hash; no other decision needs it here
	}
	m.applyDecision(r, d)
}
