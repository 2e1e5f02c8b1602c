package story

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// A Sim is a world without a runtime: the pure machine, and around it the minimum that performs decisions in virtual
// time. It uses one goroutine.
type Sim struct {
	m    *policy.Machine
	seq  uint64
	wall messages.Instant // the wall clock, which a story may set
	mono time.Duration    // time that has passed
	recs []messages.Record
	read int // how many records Records has returned

	timers   []simTimer
	flight   map[messages.RunID]*simAttempt
	late     map[messages.RunID]*simAttempt // abandoned attempts that have not returned
	stubborn map[string]bool
	slots    simSlots
	lapses   map[string]simLapse // by session
}

var _ World = (*Sim)(nil)

// NewSim is an empty world.
func NewSim() *Sim {
	return &Sim{
		m: policy.New(), wall: Start,
		flight: map[messages.RunID]*simAttempt{}, late: map[messages.RunID]*simAttempt{}, stubborn: map[string]bool{},
		slots: simSlots{jobs: map[string]*simJob{}}, lapses: map[string]simLapse{},
	}
}

// Order is the order in which a story appends the facts that several publishers report at one instant. Facts of one
// publisher about one thing keep their order: an expiry comes before the failure that it caused. Attempts of one job
// report beside each other.
func Order(a, b messages.Fact) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Key(), b.Key()), cmp.Compare(runOf(a), runOf(b)),
		cmp.Compare(letterOf(a), letterOf(b)))
}

// letterOf tells letters apart that end at one instant, about the same job.
func letterOf(f messages.Fact) string {
	d, _ := f.(messages.DeliveryFinished)
	return d.To + " " + d.Of
}

// runOf is the run whose attempt the fact is about; empty: it is not about one.
func runOf(f messages.Fact) messages.RunID {
	ref, _ := messages.RefOf(f)
	return ref.Run
}

func rank(f messages.Fact) int {
	switch f.(type) {
	case messages.Woke:
		return 9
	case messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted, messages.AttemptAbandoned:
		return 8
	}
	return slices.Index(messages.Topics, f.Topic())
}

// Now is the wall clock.
func (w *Sim) Now() messages.Instant { return w.wall }

// Publish appends facts and performs the decisions, until nothing more happens at this instant.
func (w *Sim) Publish(facts ...messages.Fact) error {
	for len(facts) > 0 {
		var follow []messages.Fact
		for _, f := range facts {
			more, err := w.append(f)
			if err != nil {
				return err
			}
			follow = append(follow, more...)
		}
		slices.SortStableFunc(follow, Order)
		facts = follow
	}
	return nil
}

// append commits one fact with its decisions, performs these, and returns the facts that follow at once.
func (w *Sim) append(f messages.Fact) ([]messages.Fact, error) {
	f, err := w.m.Admit(f)
	if err != nil {
		return nil, err
	}
	w.seq++
	cause := w.seq
	w.recs = append(w.recs, messages.Record{Seq: cause, At: w.wall, ID: fmt.Sprintf("fact-%d", cause), PolicyVersion: policy.Version, Body: f})
	var follow []messages.Fact
	w.slots.fact(f, w.wall, w.mono)
	if f.Topic() == messages.TopicConfig { // the scheduler actor reads it and then checks the clock
		if back := w.slots.back(w.wall, w.mono); back != nil {
			follow = append(follow, back)
		}
	}
	for i, d := range w.m.Step(w.wall, cause, f) {
		w.seq++
		w.recs = append(w.recs, messages.Record{
			Seq: w.seq, At: w.wall, ID: messages.DerivedID(cause, i), Cause: cause, PolicyVersion: policy.Version, Body: d,
		})
		if more := w.perform(d); more != nil {
			follow = append(follow, more)
		}
	}
	return append(follow, w.orphans(f)...), nil
}

// orphans drops the attempts of a node that is gone, and returns that they were interrupted.
func (w *Sim) orphans(f messages.Fact) (facts []messages.Fact) {
	if f.Topic() != messages.TopicConfig {
		return nil
	}
	for _, o := range w.m.Orphans() {
		delete(w.flight, o.Attempt.Run)
		_, f := o.Interruption()
		facts = append(facts, f)
	}
	return facts
}

func (w *Sim) perform(d messages.Decision) messages.Fact {
	switch d := d.(type) {
	case messages.WakeScheduled:
		w.timers = append(w.timers, simTimer{w.mono + d.Due.Sub(w.wall), d.Timer})
	case messages.GateProbing:
		w.foresee(d.Session, d.Generation, d.ExpiresAt)
	case messages.GateOpened:
		w.foresee(d.Session, d.Generation, d.ExpiresAt)
	case messages.GateClosed:
		delete(w.lapses, d.Session)
	case messages.AttemptStarted:
		return w.start(d)
	case messages.RunFinished:
		if a := w.flight[d.Run]; a != nil && !a.ordered {
			return w.order(a, true)
		}
	}
	return nil
}

// SignIn publishes the re-auth message of a person or a program.
func (w *Sim) SignIn(session, by string, expires messages.Instant) error {
	return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
}

// Answer publishes a DeliveryFinished about the oldest message that the target has not answered.
func (w *Sim) Answer(target string, taken bool) error {
	for _, l := range w.m.Undelivered() {
		if slices.Contains(l.To, target) {
			f := messages.DeliveryFinished{Of: l.Record.ID, About: l.Record.Body.Key(), To: target, OK: taken, Attempt: 1}
			if !taken {
				f.Error = Refused
			}
			return w.Publish(f)
		}
	}
	return fmt.Errorf("nothing is before target %s", target)
}

// Refused is the error of a target that refuses a message in a story.
const Refused = "refused"

// Records returns the records after the last call.
func (w *Sim) Records() []messages.Record {
	out := w.recs[w.read:]
	w.read = len(w.recs)
	return out
}

// All is every record so far.
func (w *Sim) All() []messages.Record { return w.recs }

// View calls f with the machine.
func (w *Sim) View(f func(*policy.Machine)) { f(w.m) }

// InFlight lists the attempts in flight, by job and run.
func (w *Sim) InFlight() (all []Flight) {
	for run, a := range w.flight {
		all = append(all, Flight{a.Job, run})
	}
	slices.SortFunc(all, func(a, b Flight) int { return cmp.Or(cmp.Compare(a.Job, b.Job), cmp.Compare(a.Run, b.Run)) })
	return all
}
