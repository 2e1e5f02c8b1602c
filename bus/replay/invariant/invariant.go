// Package invariant says where a journal breaks the invariants of design §7. It knows nothing of the machine that decides.
package invariant

import (
	"fmt"
	"slices"

	"curfew/messages"
)

// A Violation is a record by which a journal breaks an invariant of design §7.
type Violation struct {
	Seq  uint64
	Rule string // I1, I3, I4, I6, circuit, deliver, or the sentence of design §7 or §8
	What string
}

// String is "seq 12: I1: …".
func (v Violation) String() string { return fmt.Sprintf("seq %d: %s: %s", v.Seq, v.Rule, v.What) }

// Check returns where a journal, read from its first record on, breaks the invariants that a
// journal alone can show: I1, I2 as far as attempts report their calls, I3, I4 and I6, one attempt per job
// at a time, lanes, error reports and deliveries. It knows nothing of the machine: it is written from the rules. I2 as
// the backend counts it is for whoever has a backend, I5 is [Ungated], I7 is [compare.Journal].
func Check(recs []messages.Record) []Violation {
	c := &checker{
		sessions: map[string]*gateBook{}, jobs: map[string]*jobBook{}, runs: map[messages.RunID]*runBook{},
		lanes: map[string]int{}, busy: map[string]int{}, defs: map[string]messages.Definition{},
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
	unsettle []string // jobs whose slots changed since the last balance
	letters  deliveryBook
	ofOwn    bool // the last fact is about an attempt with a key of its own
	found    []Violation
}

type gateBook struct {
	state messages.GateState
	dead  uint64 // the newest generation that has expired
	// expired counts the answers session_expired of each generation, allowed how many there may be: those
	// that had come when the gate first closed, and the calls that were in flight then.
	expired, allowed map[uint64]int
	probes           int // attempts in flight that were started since GateProbing
	circuit          circuitBook
	lane, busy       int // how many attempts may be in flight, and are; lane 0: any number
}

type jobBook struct {
	defined  bool
	since    messages.Instant
	due      int // slots that fell due
	skipped  int
	named    int // slots that runs stand for
	inFlight messages.RunID
}

type runBook struct {
	queued     uint64 // seq
	job        string
	stands     int // slots
	final      bool
	status     messages.Status // when it is final
	reported   bool
	ask        bool
	suspect    bool
	attempt    int
	inFlight   bool
	ownKey     bool // of the last attempt
	probe      *gateBook
	lane       string
	session    string // of the attempt in flight
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
	case messages.JobDefined:
		c.defined(b.Definition)
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
	case messages.ClockSetBack: // a new epoch: slots up to there are not yet due by it
		for _, j := range c.jobs {
			j.since = min(j.since, b.To)
		}
	case messages.SlotSkipped:
		c.touch(b.Job).skipped += b.Count
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
			c.fail("I4", "a deadline for %s, which is not asked about", b.Job)
		}
		c.circuitTimer(b.Timer, false)
	case messages.Woke:
		c.circuitTimer(b.Timer, true)
	case messages.GateClosed:
		g := c.gate(b.Session)
		g.state = messages.StateClosed
		if b.Reason != messages.ReasonQuota { // after which the same generation is tried again
			c.allow(b.Session, b.Generation, g)
			g.dead = max(g.dead, b.Generation)
		}
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

func (c *checker) probing(b messages.GateProbing) {
	g := c.gate(b.Session)
	g.state, g.probes = messages.StateProbing, 0
	if b.Generation <= g.dead { // the clock was set back: it has not lapsed after all
		g.dead = b.Generation - 1
		delete(g.allowed, b.Generation)
	}
	c.forgetProbes(b.Session)
}

// oldestWaiting is the run that run now joins.
func (c *checker) oldestWaiting(job string) *runBook {
	var first *runBook
	for _, r := range c.runs {
		if r.job == job && !r.inFlight && !r.final && (first == nil || r.queued < first.queued) {
			first = r
		}
	}
	return first
}

func (c *checker) defined(d messages.Definition) {
	j, old := c.job(d.Job), c.defs[d.Job]
	switch {
	case !j.defined && j.inFlight == "":
		j.since = c.at // a job of that name is forgotten once nothing of it is left
	case !j.defined, !old.SameSlots(d.Timetable):
		j.since = max(j.since, c.at)
	}
	j.defined = true
	c.defs[d.Job] = d
}

// slots counts each slot after the last one once.
func (c *checker) slots(job string, first messages.Instant, slots []messages.Instant, more int) {
	j := c.touch(job)
	if !j.defined {
		return
	}
	fresh := slices.DeleteFunc(slices.Clone(slots), func(s messages.Instant) bool { return s <= j.since })
	if len(fresh) == 0 {
		return
	}
	if len(fresh) == len(slots) && first > j.since {
		j.due += more
	}
	j.due += len(fresh)
	j.since = fresh[len(fresh)-1]
}

// backfill counts each slot once more, whether it was judged before or not.
func (c *checker) backfill(b messages.SlotsMissed) {
	if j := c.touch(b.Job); j.defined {
		j.due += len(b.Slots) + b.More
		j.since = max(j.since, b.Slots[len(b.Slots)-1])
	}
}

// balance is I3: each due slot is named by exactly one run or one SlotSkipped.
func (c *checker) balance() {
	for _, name := range c.unsettle {
		if j := c.jobs[name]; j.due != j.skipped+j.named {
			c.fail("I3", "%s: %d slots fell due, %d are skipped and runs stand for %d", name, j.due, j.skipped, j.named)
			j.due = j.skipped + j.named // once is enough
		}
	}
	c.unsettle = c.unsettle[:0]
}

func (c *checker) job(name string) *jobBook {
	j := c.jobs[name]
	if j == nil {
		j = &jobBook{}
		c.jobs[name] = j
	}
	return j
}

func (c *checker) touch(name string) *jobBook {
	c.unsettle = append(c.unsettle, name)
	return c.job(name)
}

func (c *checker) gate(name string) *gateBook {
	g := c.sessions[name]
	if g == nil {
		g = &gateBook{expired: map[uint64]int{}, allowed: map[uint64]int{}}
		c.sessions[name] = g
	}
	return g
}

// forgetProbes: an attempt that was started before this GateProbing is none of its probes.
func (c *checker) forgetProbes(session string) {
	for _, r := range c.runs {
		if r.probe == c.sessions[session] {
			r.probe = nil
		}
	}
}

// allow is I2's bound, taken when the gate closes for a generation.
func (c *checker) allow(session string, generation uint64, g *gateBook) {
	if _, known := g.allowed[generation]; known {
		return // closed again with another reason
	}
	n := g.expired[generation]
	for _, r := range c.runs {
		if r.inFlight && !r.ownKey && r.session == session && r.generation == generation {
			n++
		}
	}
	g.allowed[generation] = n
}

// answered is I2: after the close no more answers come than calls were in flight.
func (c *checker) answered(f messages.AttemptFailed) {
	if f.Class != messages.ClassSessionExpired || f.Session == "" || !f.Called || c.ofOwn {
		return
	}
	g := c.gate(f.Session)
	g.expired[f.Generation]++
	if most, closed := g.allowed[f.Generation]; closed && g.expired[f.Generation] > most {
		c.fail("I2", "%d answers session_expired in generation %d of %s; %d calls were in flight at the close", g.expired[f.Generation], f.Generation, f.Session, most)
	}
}
