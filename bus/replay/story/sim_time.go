package story

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// StepClock sets the wall clock.
func (w *Sim) StepClock(d time.Duration) error {
	w.wall = w.wall.Add(d)
	return nil
}

// maxRounds bounds how often facts fall due at one instant, each time because of the ones before. A ration of a million
// runs takes a thousand; a machine that sets a timer again and again to a time that has passed would go on for ever.
const maxRounds = 10_000

// Advance lets time pass, step by step to the next timer, deadline or slot. It is an error if time stands still.
func (w *Sim) Advance(to messages.Instant) error {
	end := w.mono + time.Duration(to-w.wall)*time.Millisecond
	for rounds := 0; rounds <= maxRounds; {
		next, facts := end, []messages.Fact(nil)
		if at, ok := w.nextDue(); ok && at <= end {
			next = at
		}
		if rounds++; next > w.mono {
			rounds = 0
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
	return fmt.Errorf("time stands still at %s: facts have fallen due %d times", w.wall, maxRounds)
}

// nextDue is the time of the next timer, deadline or check of the schedules.
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

// expire appends the facts that are due now.
func (w *Sim) expire(facts []messages.Fact) []messages.Fact {
	w.timers = slices.DeleteFunc(w.timers, func(t simTimer) bool {
		if t.at > w.mono || asked(t) {
			return false
		}
		facts = append(facts, messages.Woke{Timer: t.Timer})
		return true
	})
	for _, f := range w.InFlight() {
		if a := w.flight[f.Run]; a.deadline <= w.mono {
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
	facts = append(facts, w.slots.look(w.wall, w.mono)...)
	if len(facts) == 0 { // the machine is asked about them once all else of this instant is decided
		facts = w.timely()
	}
	return facts
}

// asked reports whether the machine is asked about a timer that is due, before it is published.
func asked(t simTimer) bool { return t.Why == messages.WakeForecast || t.Why == messages.WakeQuota }

// timely are those of the timers that the machine is asked about, without those that it wants to be kept, and with what
// comes before them.
func (w *Sim) timely() (facts []messages.Fact) {
	w.timers = slices.DeleteFunc(w.timers, func(t simTimer) bool {
		if t.at > w.mono || w.m.Untimely(t.Timer, w.wall) {
			return false
		}
		if _, lapsed, ok := w.m.Lapsed(t.Timer, w.wall); ok {
			facts = append(facts, lapsed)
		}
		facts = append(facts, messages.Woke{Timer: t.Timer})
		return true
	})
	for i := range w.timers {
		if t := &w.timers[i]; t.at <= w.mono {
			t.at = w.mono + policy.UntimelyFor
		}
	}
	return facts
}

// foresee remembers when a credential will lapse.
func (w *Sim) foresee(session string, generation uint64, expires messages.Instant) {
	if w.lapses[session].generation == generation {
		return // known since the gate was probing
	}
	delete(w.lapses, session)
	if !expires.IsZero() {
		w.lapses[session] = simLapse{generation, policy.LapseAt(w.wall, expires), expires}
	}
}

// simLapse is a credential that says when it will lapse.
type simLapse struct {
	generation  uint64
	at, expires messages.Instant
}

type simTimer struct {
	at time.Duration
	messages.Timer
}
