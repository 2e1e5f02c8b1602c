package story

import (
	"maps"
	"time"

	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Restart stops the runtime in order, or crashes it, and starts it again. Attempts that are decided during the stop
// begin with the next start.
func (w *Sim) Restart(crash bool) error {
	if crash {
		return w.Crash()
	}
	if err := w.Publish(messages.RuntimeStopped{Left: len(w.flight)}); err != nil {
		return err
	}
	var facts []messages.Fact
	for _, f := range w.InFlight() {
		facts = append(facts, messages.AttemptInterrupted{AttemptRef: w.flight[f.Run].ref(), Why: messages.InterruptStopped, Called: true})
	}
	clear(w.flight)
	if err := w.Publish(facts...); err != nil {
		return err
	}
	return w.restart(w.flight)
}

// Crash drops everything but the records and starts again from them, as a runtime does: it applies them to a new
// machine, arms timers by the wall clock, and reports attempts in flight as interrupted.
func (w *Sim) Crash() error { return w.restart(nil) }

// restart starts again from the records; unbegun are attempts that have not begun.
func (w *Sim) restart(unbegun map[messages.RunID]*simAttempt) error {
	m := policy.New()
	var conf messages.RuntimeConfigured
	for _, r := range w.recs {
		m.Apply(r)
		if c, ok := r.Body.(messages.RuntimeConfigured); ok {
			conf = c
			conf.Reloaded = false
		}
	}
	w.m = m
	w.timers = nil
	for _, t := range m.Timers() {
		w.timers = append(w.timers, simTimer{w.mono + t.Wait(w.wall), t.Timer})
	}
	w.lapses = map[string]simLapse{}
	for _, name := range m.SessionNames("", policy.All) {
		if v, _ := m.Session(name); v.State != messages.StateClosed && !v.ExpiresAt.IsZero() {
			w.lapses[name] = simLapse{v.Generation, policy.LapseAt(v.Since, v.ExpiresAt), v.ExpiresAt}
		}
	}
	w.flight, w.late = map[messages.RunID]*simAttempt{}, map[messages.RunID]*simAttempt{}
	maps.Copy(w.flight, unbegun)
	facts := []messages.Fact{conf}
	if by := m.Latest().Sub(w.wall); by >= scheduler.SetBackMargin {
		facts = append(facts, messages.ClockSetBack{By: messages.Duration(by), To: w.wall})
	}
	w.slots.ahead = time.Duration(w.wall-Start)*time.Millisecond - w.mono
	for _, a := range m.InFlight() {
		if unbegun[a.Run] != nil {
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
