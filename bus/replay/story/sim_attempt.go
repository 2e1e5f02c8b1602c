package story

import (
	"fmt"
	"time"

	"curfew/messages"
)

// grace is how long an attempt may take to obey an order to stop (design §8).
const grace = 30 * time.Second

// forever is later than any story.
const forever = time.Duration(1<<63 - 1)

// simAttempt is an attempt in flight, as the host of a job actor knows it.
type simAttempt struct {
	messages.AttemptStarted
	ownKey   bool          // no answer to it is about its session
	deadline time.Duration // of the attempt; after an order to stop, of the grace
	ordered  bool          // to stop
	cancel   bool          // the order was a cancel, not a timeout
}

func (a *simAttempt) ref() messages.AttemptRef {
	return messages.AttemptRef{Run: a.Run, Job: a.Job, Attempt: a.Attempt, Incarnation: uint64(a.Attempt)}
}

func (w *Sim) start(d messages.AttemptStarted) messages.Fact {
	deadline, own := w.mono+time.Hour, false
	if v, ok := w.m.Job(d.Job); ok {
		deadline, own = w.mono+v.Definition.Timeout.D(), v.Definition.OwnKey
		if v.Definition.NoTimeout {
			deadline = forever
		}
	}
	w.flight[d.Run] = &simAttempt{AttemptStarted: d, ownKey: own, deadline: deadline}
	return nil
}

// order tells an attempt to stop. It returns at once, unless it is stubborn.
func (w *Sim) order(a *simAttempt, cancel bool) messages.Fact {
	a.ordered, a.cancel, a.deadline = true, cancel, w.mono+grace
	if w.stubborn[a.Job] {
		return nil
	}
	delete(w.flight, a.Run)
	return a.outcome(Outcome{Class: messages.ClassTimeout})[0]
}

// deadline ends an attempt whose time is over, or whose grace after an order to stop is.
func (w *Sim) deadline(a *simAttempt) messages.Fact {
	if !a.ordered {
		return w.order(a, false)
	}
	delete(w.flight, a.Run)
	a.deadline = forever
	w.late[a.Run] = a
	return messages.AttemptAbandoned{AttemptRef: a.ref()}
}

// Stubborn makes attempts of a job ignore orders to stop.
func (w *Sim) Stubborn(job string) { w.stubborn[job] = true }

// End lets an attempt in flight return; without one, an abandoned attempt.
func (w *Sim) End(f Flight, o Outcome) error {
	a, err := f.among(w.flight)
	if err == nil {
		delete(w.flight, a.Run)
		return w.Publish(a.outcome(o)...)
	}
	if late, none := f.among(w.late); none == nil {
		delete(w.late, late.Run)
		return w.Publish(messages.AttemptInterrupted{AttemptRef: late.ref(), Why: messages.InterruptLate, Called: true})
	}
	return err
}

// among finds the attempt that it names. The error says that there is none, or that there are several.
func (f Flight) among(flying map[messages.RunID]*simAttempt) (found *simAttempt, err error) {
	for _, a := range flying {
		switch {
		case !f.Names(a.Job, a.Run):
		case found != nil:
			return nil, fmt.Errorf("several attempts of %s are in flight; say run=N", f.Job)
		default:
			found = a
		}
	}
	if found == nil {
		return nil, fmt.Errorf("no attempt of %s is in flight", f.Job)
	}
	return found, nil
}

// outcome is what the host of a job actor publishes when its attempt returns.
func (a *simAttempt) outcome(o Outcome) []messages.Fact {
	failed := messages.AttemptFailed{
		AttemptRef: a.ref(), Class: o.Class, Error: string(o.Class), Called: true,
		Session: a.Session, Generation: a.Generation, RetryAfter: messages.Duration(o.RetryAfter), Usage: o.Usage(),
	}
	switch {
	case a.ownKey && o.Class == messages.ClassSessionExpired:
		failed.Class = messages.ClassTransient
	case a.Session != "" && !a.ownKey, o.Detail == messages.DetailUnanswered:
		failed.Detail = o.Detail
	}
	switch {
	case failed.Class == messages.ClassSessionExpired && a.Session != "":
		return []messages.Fact{
			messages.SessionExpired{Session: a.Session, Generation: a.Generation, Source: "job:" + a.Job, Reason: "session_expired"},
			failed,
		}
	case a.ordered && a.cancel:
		return []messages.Fact{messages.AttemptInterrupted{AttemptRef: a.ref(), Why: messages.InterruptCancelled, Called: true}}
	case o.Class == "":
		return []messages.Fact{messages.AttemptSucceeded{AttemptRef: a.ref(), Called: true, Output: o.Output, Usage: o.Usage()}}
	case failed.Class == messages.ClassSessionExpired:
		failed.Class = messages.ClassPermanent
	case a.ordered:
		failed.Class, failed.Detail = messages.ClassTimeout, ""
	}
	return []messages.Fact{failed}
}

// Confirm lets the backend accept the first call of an attempt in flight.
func (w *Sim) Confirm(f Flight) error {
	a, err := f.among(w.flight)
	if err != nil {
		return err
	}
	return w.Publish(messages.SessionConfirmed{Session: a.Session, Generation: a.Generation, Run: a.Run})
}

// SideEffect lets an attempt in flight call a tool.
func (w *Sim) SideEffect(f Flight) error {
	a, err := f.among(w.flight)
	if err != nil {
		return err
	}
	return w.Publish(messages.SideEffectBegan{AttemptRef: a.ref(), Tool: "send_mail"})
}
