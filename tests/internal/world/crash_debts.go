package world

import (
	"context"
	"fmt"
	"slices"

	"curfew/bus"
	"curfew/bus/replay/story"
	"curfew/messages"
)

// debt is what an attempt was to do when its process was killed. The attempt that repeats it does it, perhaps later.
type debt struct {
	of story.Flight
	do func() error
	is func(messages.Body) bool // the fact that follows from it
}

// pay makes attempts that have begun meanwhile do what is owed.
func (w *Crash) pay() {
	owed := w.owed
	w.owed = nil
	for _, d := range owed {
		if !w.flies(d.of) {
			w.owed = append(w.owed, d)
		} else if err := w.aboutAttempt(d.of, d.do, d.is); err != nil {
			w.t.Error(err)
		}
	}
}

// flies reports whether such an attempt is in flight.
func (w *Crash) flies(f story.Flight) bool {
	return slices.ContainsFunc(w.Rebuilt().InFlight(), func(a messages.AttemptStarted) bool { return f.Names(a.Job, a.Run) })
}

// aboutAttempt does something to an attempt in flight, and to the attempt that repeats it if the process was
// killed before the fact that follows was durable.
func (w *Crash) aboutAttempt(of story.Flight, do func() error, is func(messages.Body) bool) error {
	from := w.last()
	for w.Kills == 0 || w.flies(of) {
		if err := do(); !w.survive() {
			return err
		}
		if w.since(from, is) {
			return nil
		}
	}
	w.owed = append(w.owed, debt{of, do, is})
	return nil
}

// End lets an attempt return.
func (w *Crash) End(of story.Flight, o story.Outcome) error {
	return w.aboutAttempt(of, func() error { return w.Story.End(of, o) }, func(b messages.Body) bool {
		switch f := b.(type) {
		case messages.AttemptSucceeded:
			return of.Names(f.Job, f.Run)
		case messages.AttemptFailed:
			return of.Names(f.Job, f.Run)
		case messages.AttemptInterrupted:
			return of.Names(f.Job, f.Run) && f.Why != messages.InterruptCrashed
		}
		return false
	})
}

// SideEffect lets an attempt call a tool.
func (w *Crash) SideEffect(of story.Flight) error {
	return w.aboutAttempt(of, func() error { return w.Story.SideEffect(of) }, func(b messages.Body) bool {
		f, ok := b.(messages.SideEffectBegan)
		return ok && of.Names(f.Job, f.Run)
	})
}

// Confirm lets the backend accept the first call of an attempt.
func (w *Crash) Confirm(of story.Flight) error {
	do := func() error {
		i := slices.IndexFunc(w.Rebuilt().InFlight(), func(a messages.AttemptStarted) bool { return of.Names(a.Job, a.Run) })
		if i < 0 {
			return fmt.Errorf("no attempt of %s is in flight", of.Job)
		}
		a := w.Rebuilt().InFlight()[i]
		_, err := w.Runtime.Log().Commit(context.Background(), bus.Draft{Fact: messages.SessionConfirmed{Session: a.Session, Generation: a.Generation, Run: a.Run}})
		return err
	}
	return w.aboutAttempt(of, do, func(b messages.Body) bool { _, ok := b.(messages.SessionConfirmed); return ok })
}

// Answer lets a target answer. The process after a kill asks it again and gets the same answer.
func (w *Crash) Answer(target string, taken bool) error {
	from := w.last()
	for {
		if err := w.Story.Answer(target, taken); !w.survive() {
			return err
		}
		if w.since(from, func(b messages.Body) bool {
			f, ok := b.(messages.DeliveryFinished)
			return ok &&
				f.To == target
		}) {
			return nil
		}
	}
}
