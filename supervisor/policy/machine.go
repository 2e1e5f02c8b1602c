// Package policy is the one decider of Curfew: a pure machine over all jobs, runs, sessions and lanes
// that is stepped once per fact, in log order, and answers with decisions. It reads no clock, starts no
// goroutine, does no I/O, draws no random number and logs nothing; it decides from facts alone, so a
// journal of facts gives the same decisions at every replay.
//
// The rules are those of docs/design.md §7 and §8. Where to find them:
//
//	slots.go     a slot passes: pause, gate, overlap, lane; missed.go: catch-up and backfill
//	fold.go      held runs of a job become one
//	attempts.go  what follows from the end of an attempt; retry.go the backoff; interrupt.go the runtime's end
//	gate.go      closed, probing, open; the canary; ration.go, quota.go, refresh.go
//	circuit.go   a backend that does not answer
//	budget.go    what a job's model calls may cost in a day
//	start.go     what can start, starts; order.go who waits where, heap.go the orders
//	commands.go  pause, resume, run now, cancel
//	say.go       notifications, summaries, error reports
//	deliver.go   outputs, and failures once per incident; outbox.go what was not answered yet
//	untold.go    notifications that nobody has taken; retell.go tells them again
//	clock.go     a clock that is set back
//	apply.go     the only place that changes state, for facts and decisions alike
package policy

import "curfew/messages"

// Version is the version of the rules. Every record bears the version that decided it; a change of any
// decision raises it.
const Version = 4

// Machine decides. It is not safe for concurrent use: the log steps it under its own order.
type Machine struct {
	now messages.Instant // at of the fact that is being stepped
	seq uint64           // its seq

	stopped bool                  // in order: what is in flight was told to stop
	slots   bool                  // whether it is about slots
	epoch   int                   // how often the clock was set back
	back    messages.ClockSetBack // the last time
	latest  messages.Instant      // the latest time that it has shown since

	out []messages.Decision

	release  messages.ReleaseConfig
	jobs     map[string]*job
	runs     map[messages.RunID]*run // unfinished, or with an attempt that has not returned
	sessions map[string]*session
	lanes    map[string]*lane
	notify   []string // where notifications go; empty: to the log
	reports  []string // where error reports go besides the log
	outbox   outbox
	untold   map[string]*untold // notifications that no target has taken, by what they are about
	tell     alarm              // when one of them is told again

	dirty   map[string]bool // lanes in which something may start
	touched map[string]bool // sessions whose outage or ration may have ended
	late    []*run          // runs that only a probing gate holds: said to be held unless settle starts them
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
		touched:  make(map[string]bool),
	}
}

// Step takes in one fact, at its place and time in the log, and returns what follows from it. The
// decisions are applied already; the caller makes them durable together with the fact. A Step makes at
// most about three decisions per slot of a batch and [maxStarts] starts; what is more goes on through a
// further fact.
func (m *Machine) Step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	m.reached(now)
	m.seq, m.out = seq, nil
	ev := m.applyFact(f)
	m.decide(f, ev)
	m.settle()
	return m.out
}

// Apply takes in a record as it was decided, fact or decision, without deciding anew: recovery.
func (m *Machine) Apply(r messages.Record) {
	m.reached(r.At)
	switch b := r.Body.(type) {
	case messages.Fact:
		m.seq = r.Seq
		m.applyFact(b)
	case messages.Decision:
		m.seq = r.Cause
		m.applyDecision(r, b)
	}
	clear(m.touched)
}

// emit makes a decision: it is applied at once, so that the next one sees it.
func (m *Machine) emit(d messages.Decision) {
	n := len(m.out)
	m.out = append(m.out, d)
	r := messages.Record{Seq: m.seq + uint64(n) + 1, At: m.now, Cause: m.seq, PolicyVersion: Version, Body: d}
	if d.Topic() == messages.TopicOutbox {
		r.ID = messages.DerivedID(m.seq, n) // a hash, which nobody else asks for here
	}
	m.applyDecision(r, d)
}
