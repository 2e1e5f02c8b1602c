// Package invariant checks a journal against the invariants of design §7. It is written from the rules and does not use
// the machine that decides; only [Ungated] does.
package invariant

import (
	"fmt"

	"curfew/messages"
)

// A Violation is a record that breaks an invariant of design §7.
type Violation struct {
	Seq  uint64
	Rule string // I1, I2, I3, I4, I5, I6, circuit, deliver, nodes, or the section of the design
	What string
}

// String is "seq 12: I1: …".
func (v Violation) String() string { return fmt.Sprintf("seq %d: %s: %s", v.Seq, v.Rule, v.What) }

// Check returns where a journal, from its first record on, breaks the invariants that a journal alone can show: I1, I2
// as far as attempts report their calls, I3, I4 and I6, what overlap says of attempts of one job, lanes, nodes, error reports
// and deliveries. I2 by the count of a backend is for tests that have one; I5 is [Ungated], and I7 is the package compare.
func Check(recs []messages.Record) []Violation {
	c := &checker{
		sessions: map[string]*gateBook{}, jobs: map[string]*jobBook{}, runs: map[messages.RunID]*runBook{},
		lanes: map[string]int{}, busy: map[string]int{}, defs: map[string]messages.Definition{}, nodes: map[string]nodeBook{}, away: map[string]bool{},
		letters: deliveryBook{incidents: map[string]*incidentBook{}, asked: map[messages.DeliveryRequested]bool{}},
	}
	for _, r := range recs {
		if messages.KindOf(r.Body) == messages.KindFact {
			c.balance()
			c.ofOwn = c.ofOwnKey(r.Body)
		}
		c.seq, c.at = r.Seq, r.At
		c.silent(r.Body)
		c.record(r.Body)
	}
	c.balance()
	return c.found
}

type checker struct {
	seq      uint64
	at       messages.Instant
	sessions map[string]*gateBook
	jobs     map[string]*jobBook
	runs     map[messages.RunID]*runBook
	lanes    map[string]int
	busy     map[string]int // attempts in flight by lane
	defs     map[string]messages.Definition
	nodes    map[string]nodeBook // those that are here
	away     map[string]bool     // those that are lost and may come back
	unsettle []string            // jobs whose slots changed after the last balance
	letters  deliveryBook
	ofOwn    bool // the last fact is about an attempt with a key of its own
	found    []Violation
}

type jobBook struct {
	defined  bool
	since    messages.Instant
	due      int // slots that fell due
	skipped  int // slots that SlotSkipped names
	named    int // slots that runs stand for
	inFlight int // attempts
}

type runBook struct {
	queued     uint64 // seq
	job        string
	stands     int // slots
	depth      int // how many runs came before it in its chain
	final      bool
	status     messages.Status // when it is final
	reported   bool
	ask        bool
	suspect    bool
	attempt    int
	inFlight   bool
	beside     bool // it need not wait for the runs before it
	ownKey     bool // of the last attempt
	probe      *gateBook
	lane       string
	session    string // of the attempt in flight
	node       string // of the attempt in flight; empty: none
	begun      uint64 // seq of its start
	generation uint64
	counted    int
	interrupts int
	idle       int // attempts in a row that tried nothing
}

func (c *checker) fail(rule, format string, args ...any) {
	c.found = append(c.found, Violation{c.seq, rule, fmt.Sprintf(format, args...)})
}

func (c *checker) record(b messages.Body) {
	switch b := b.(type) {
	case messages.RuntimeConfigured:
		for _, l := range b.Lanes {
			c.lanes[l.Actor] = l.Size
		}
		for _, s := range b.Sessions {
			c.gate(s.Name).lane = s.Lane
		}
	case messages.NodeJoined:
		c.joined(b)
	case messages.NodeLost:
		c.left(b)
	case messages.JobDefined:
		c.defined(b.Whole())
	case messages.JobRemoved:
		c.job(b.Job).defined = false
		delete(c.letters.incidents, b.Job)
	case messages.SlotsDue:
		for _, s := range b.Slots {
			c.slots(s.Job, s.Slot, []messages.Instant{s.Slot}, 0)
		}
	case messages.SlotsMissed:
		if b.Backfill != "" {
			c.backfill(b)
			break
		}
		c.slots(b.Job, b.First, b.Slots, b.More)
	case messages.ClockSetBack: // slots after that time are due again
		for _, j := range c.jobs {
			j.since = min(j.since, b.To)
		}
	case messages.SlotSkipped:
		c.touch(b.Job).skipped += b.Count
		c.followed(b.Job, b.After)
	case messages.RunQueued:
		c.queued(b)
	case messages.RunHeld:
		c.held(b)
	case messages.RunFinished:
		c.finished(b)
	case messages.RunRequested:
		if r := c.oldestWaiting(b.Job); r != nil {
			r.ask, r.suspect = false, false
		}
	case messages.WakeScheduled:
		if r := c.runs[b.Run]; r != nil && b.Why == messages.WakeAsk && !r.ask {
			c.fail("I4", "a deadline for %s, which waits for no answer", b.Job)
		}
		c.circuitTimer(b.Timer, false)
	case messages.Woke:
		c.circuitTimer(b.Timer, true)
	case messages.GateClosed:
		c.closed(b)
	case messages.GateProbing:
		c.probing(b)
	case messages.GateOpened:
		c.gate(b.Session).state = messages.StateOpen
	case messages.ErrorReported:
		c.reported(b)
	case messages.DeliveryRequested:
		c.delivery(b)
	default:
		c.attempt(b)
	}
}

// closed is a gate that closes. After a quota the same generation is tried again.
func (c *checker) closed(b messages.GateClosed) {
	g := c.gate(b.Session)
	g.state = messages.StateClosed
	if b.Reason != messages.ReasonQuota {
		c.allow(b.Session, b.Generation, g)
		g.dead = max(g.dead, b.Generation)
	}
}

// oldestWaiting is the run that a request joins.
func (c *checker) oldestWaiting(job string) *runBook {
	var first *runBook
	for _, r := range c.runs {
		if r.job == job && !r.inFlight && !r.final && (first == nil || r.queued < first.queued) {
			first = r
		}
	}
	return first
}

func (c *checker) job(name string) *jobBook {
	j := c.jobs[name]
	if j == nil {
		j = &jobBook{}
		c.jobs[name] = j
	}
	return j
}
