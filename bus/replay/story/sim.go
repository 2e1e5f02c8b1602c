package story

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Sim is a world without a runtime: the pure machine, and the least around it that performs decisions
// in virtual time. It is single-threaded and exact.
type Sim struct {
	m    *policy.Machine
	seq  uint64
	wall messages.Instant // the wall clock, which a story may set
	mono time.Duration    // time that has really passed
	recs []messages.Record
	read int // how many records Records has returned

	timers   []simTimer
	flight   map[string]*simAttempt // by job
	late     map[string]*simAttempt // abandoned attempts that have not returned
	stubborn map[string]bool
	slots    simSlots
	lapses   map[string]simLapse // by session
}

// simLapse is a credential that will lapse by its own account.
type simLapse struct {
	generation  uint64
	at, expires messages.Instant
}

var _ World = (*Sim)(nil)

type simTimer struct {
	at time.Duration
	messages.Timer
}

// NewSim is a world with nothing in it yet.
func NewSim() *Sim {
	return &Sim{
		m: policy.New(), wall: Start,
		flight: map[string]*simAttempt{}, late: map[string]*simAttempt{}, stubborn: map[string]bool{},
		slots: simSlots{jobs: map[string]*simJob{}}, lapses: map[string]simLapse{},
	}
}

// Order is the order in which facts of one instant that several publishers report are appended in
// stories. Facts of one publisher about one thing keep theirs: an expiry before the failure it caused.
func Order(a, b messages.Fact) int {
	return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Key(), b.Key()))
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

// Publish appends facts and performs what follows, until the instant is quiet.
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

// append commits one fact with its decisions and returns the facts that performing them brings at once.
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
	if f.Topic() == messages.TopicConfig { // which the scheduler actor reads, and then looks at the clock
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
	return follow, nil
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
		if a := w.flight[d.Job]; a != nil && a.Run == d.Run && !a.ordered {
			return w.order(a, true)
		}
	}
	return nil
}

// foresee remembers when a credential will lapse.
func (w *Sim) foresee(session string, generation uint64, expires messages.Instant) {
	if w.lapses[session].generation == generation {
		return // it was known when the gate was probing
	}
	delete(w.lapses, session)
	if !expires.IsZero() {
		w.lapses[session] = simLapse{generation, policy.LapseAt(w.wall, expires), expires}
	}
}

// SignIn is the re-auth message of a person, or of a program.
func (w *Sim) SignIn(session, by string, expires messages.Instant) error {
	return w.Publish(messages.SessionRestored{Session: session, By: by, ExpiresAt: expires})
}

// Answer is a DeliveryFinished of the oldest letter that the target has not answered.
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

// StepClock sets the wall clock.
func (w *Sim) StepClock(d time.Duration) error {
	w.wall = w.wall.Add(d)
	return nil
}

// Records are the records since the last call.
func (w *Sim) Records() []messages.Record {
	out := w.recs[w.read:]
	w.read = len(w.recs)
	return out
}

// All is every record so far.
func (w *Sim) All() []messages.Record { return w.recs }

// View looks at the machine.
func (w *Sim) View(f func(*policy.Machine)) { f(w.m) }

// Advance lets time pass, from one thing that is due to the next.
func (w *Sim) Advance(to messages.Instant) error {
	end := w.mono + time.Duration(to-w.wall)*time.Millisecond
	for {
		next, facts := end, []messages.Fact(nil)
		if at, ok := w.nextDue(); ok && at <= end {
			next = at
		}
		w.wall += messages.Instant((next - w.mono).Milliseconds())
		w.mono = next
		facts = w.expire(facts)
		if len(facts) == 0 && next == end {
			return nil
		}
		slices.SortStableFunc(facts, Order)
		if err := w.Publish(facts...); err != nil {
			return err
		}
	}
}

// nextDue is when the next timer, deadline or look at the schedules is due.
func (w *Sim) nextDue() (time.Duration, bool) {
	next, ok := w.slots.poll, len(w.slots.jobs) > 0
	earlier := func(at time.Duration) {
		if !ok || at < next {
			next, ok = at, true
		}
	}
	for _, t := range w.timers {
		earlier(max(t.at, w.mono))
	}
	for _, a := range w.flight {
		earlier(a.deadline)
	}
	for _, l := range w.lapses {
		earlier(w.mono + max(0, l.at.Sub(w.wall)))
	}
	return next, ok
}

// expire collects what is due now.
func (w *Sim) expire(facts []messages.Fact) []messages.Fact {
	w.timers = slices.DeleteFunc(w.timers, func(t simTimer) bool {
		if t.at > w.mono {
			return false
		}
		facts = append(facts, messages.Woke{Timer: t.Timer})
		return true
	})
	for _, job := range slices.Sorted(maps.Keys(w.flight)) {
		if a := w.flight[job]; a.deadline <= w.mono {
			if f := w.deadline(a); f != nil {
				facts = append(facts, f)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(w.lapses)) {
		if l := w.lapses[name]; l.at <= w.wall {
			_, f := policy.Lapse(name, l.generation, l.expires)
			facts = append(facts, f)
			delete(w.lapses, name)
		}
	}
	return append(facts, w.slots.look(w.wall, w.mono)...)
}

// Restart stops the runtime in order, or crashes it, and starts it again. What is decided while it stops begins with the
// next start.
func (w *Sim) Restart(crash bool) error {
	if crash {
		return w.Crash()
	}
	if err := w.Publish(messages.RuntimeStopped{Left: len(w.flight)}); err != nil {
		return err
	}
	var facts []messages.Fact
	for _, job := range slices.Sorted(maps.Keys(w.flight)) {
		facts = append(facts, messages.AttemptInterrupted{AttemptRef: w.flight[job].ref(), Why: messages.InterruptStopped, Called: true})
	}
	clear(w.flight)
	if err := w.Publish(facts...); err != nil {
		return err
	}
	return w.restart(w.flight)
}

// Crash drops everything but the records and starts again from them, as a runtime does: the machine by
// applying them, timers by the wall clock, attempts in flight as interrupted.
func (w *Sim) Crash() error { return w.restart(nil) }

// restart starts again from the records; unbegun are the attempts that have not begun.
func (w *Sim) restart(unbegun map[string]*simAttempt) error {
	m := policy.New()
	var conf messages.RuntimeConfigured
	for _, r := range w.recs {
		m.Apply(r)
		if c, ok := r.Body.(messages.RuntimeConfigured); ok {
			conf = c
		}
	}
	w.m = m
	w.timers = nil
	for _, t := range m.Timers() {
		w.timers = append(w.timers, simTimer{w.mono + t.Wait(w.wall), t.Timer})
	}
	w.lapses = map[string]simLapse{}
	for _, name := range m.SessionNames() {
		if v, _ := m.Session(name); v.State != messages.StateClosed && !v.ExpiresAt.IsZero() {
			w.lapses[name] = simLapse{v.Generation, policy.LapseAt(v.Since, v.ExpiresAt), v.ExpiresAt}
		}
	}
	w.flight, w.late = map[string]*simAttempt{}, map[string]*simAttempt{}
	maps.Copy(w.flight, unbegun)
	facts := []messages.Fact{conf}
	if by := m.Latest().Sub(w.wall); by >= scheduler.SetBackMargin {
		facts = append(facts, messages.ClockSetBack{By: messages.Duration(by), To: w.wall})
	}
	w.slots.ahead = time.Duration(w.wall-Start)*time.Millisecond - w.mono
	for _, a := range m.InFlight() {
		if unbegun[a.Job] != nil {
			continue
		}
		ref := messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt, Incarnation: uint64(a.Attempt)}
		facts = append(facts, messages.AttemptInterrupted{AttemptRef: ref, Why: messages.InterruptCrashed, Called: true})
	}
	for _, f := range facts {
		if err := w.Publish(f); err != nil {
			return err
		}
	}
	return w.Publish(w.slots.due(w.wall, w.mono)...)
}

// InFlight lists the jobs with an attempt in flight, sorted.
func (w *Sim) InFlight() []string { return slices.Sorted(maps.Keys(w.flight)) }
