package policy

import "curfew/messages"

// Version is the version of the rules. Every record bears the version that decided it; a change of any
// decision raises it.
const Version = 5

// Machine decides. It is not safe for concurrent use: the log steps it under its own order.
type Machine struct {
	// In hand for one Step.
	now     messages.Instant // at of the fact that is being stepped
	seq     uint64           // its seq
	slots   bool             // whether it is about slots
	event   event            // what it has changed by itself
	out     Decisions        // what it has led to so far
	touched []*session       // sessions whose outage or ration may have ended
	lost    []*session       // sessions that may have lost the last job that proves them
	late    []*run           // runs that only a probing gate holds: said to be held unless settle starts them
	dropped []*run           // runs that are over; what they are is still asked for until the end of the Step

	// The state; see the comment of the package. A run is found by its job, which every message about it names.
	stopped  bool                  // in order: what is in flight was told to stop
	epoch    int                   // how often the clock was set back
	back     messages.ClockSetBack // the last time
	latest   messages.Instant      // the latest time that the clock has shown since
	release  messages.ReleaseConfig
	jobs     map[string]*job
	sessions map[string]*session
	notify   []string // where notifications go; empty: to the log
	reports  []string // where error reports go besides the log
	outbox   outbox
	untold   map[string]*untold // notifications that no target has taken, by what they are about
	tell     alarm              // when one of them is told again
	nodes    map[string]*node   // that perform attempts, and those that were lost last; none: the runtime that decides does

	// What follows from the state.
	lanes   map[string]*lane
	dirty   []*lane                    // in which something may start
	after   map[string]map[string]bool // the jobs that follow a job, by name
	groups  map[string][]*group        // by session; empty: of jobs without one
	pools   map[string]*pool           // by what jobs ask of nodes
	running map[string]int             // attempts in flight by node; none: of no node
	active  []*job                     // that have runs: unfinished, or with an attempt that has not returned
	ownKeys map[messages.RunID]bool    // of them those whose last attempt used a key of its own

	// What people ask for, kept so that no answer costs more than what it shows.
	names        names // of jobs that people see
	standing     int   // of them, those that are paused or disabled
	sessionNames names // of sessions that are configured

	shelf messages.Shelf // so that definitions share what they have in common

	free []*run // to be used again

	// For images of the state: see [Machine.Image].
	numbered []*job // all jobs by number; nil: the number is unused
	unused   []int32
	image    *Image // that is taken; nil: none is
	images   int32  // how many were begun
}

// New is a machine that knows nothing yet: its first fact is RuntimeConfigured.
func New() *Machine {
	return &Machine{
		jobs:     make(map[string]*job),
		sessions: make(map[string]*session),
		lanes:    make(map[string]*lane),
		outbox:   outbox{letters: make(map[string]*Letter)},
		untold:   make(map[string]*untold),
		after:    make(map[string]map[string]bool),
		groups:   make(map[string][]*group),
		nodes:    make(map[string]*node),
		pools:    make(map[string]*pool),
		running:  make(map[string]int),
		ownKeys:  make(map[messages.RunID]bool),
	}
}

// Step is [Machine.Decide], with the decisions as a list that the caller may keep.
func (m *Machine) Step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	return m.Decide(now, seq, f).All()
}

// Decide takes in one fact, at its place and time in the log, and returns what follows from it, until the machine is
// called again. The decisions are applied already; the caller makes them durable together with the fact. There are at
// most about three for each slot of a batch, and [maxStarts] starts; what is more goes on through a further fact.
func (m *Machine) Decide(now messages.Instant, seq uint64, f messages.Fact) *Decisions {
	m.begin(now, seq)
	ev := m.applyFact(f)
	m.decide(f, ev)
	m.settle()
	return &m.out
}

// Apply takes in a record as it was decided, fact or decision, without deciding again: recovery.
func (m *Machine) Apply(r messages.Record) {
	switch b := r.Body.(type) {
	case messages.Fact:
		m.begin(r.At, r.Seq)
		m.applyFact(b)
	case messages.Decision:
		m.begin(r.At, r.Cause)
		m.applyDecision(r, b)
	default:
		m.begin(r.At, m.seq)
	}
	m.touched = forgotten(m.touched, func(s *session) { s.touched = false })
	m.lost = forgotten(m.lost, func(s *session) { s.lost = false })
}

// begin makes ready for a fact or a record.
func (m *Machine) begin(now messages.Instant, seq uint64) {
	m.applyTime(now)
	m.seq, m.event = seq, event{}
	m.out.reset()
	m.free = append(m.free, m.dropped[:min(len(m.dropped), max(0, maxFree-len(m.free)))]...)
	m.dropped = m.dropped[:0]
}

// maxFree bounds the runs that are kept to be used again.
const maxFree = 1 << 14
