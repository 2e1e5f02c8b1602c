// Package recorder is the table of runs: what became of each, rebuilt from the log and bounded. It is
// not the history of everything (old runs leave it), and it decides nothing: it only reads.
package recorder

import (
	"slices"

	"curfew/messages"
)

// Bounds of the table.
const (
	MaxFinished = 1_000 // runs that are over, besides the last one of every job
	MaxAttempts = 100   // attempts kept of one run, the newest
)

// Run is one execution of a job as the log tells it. What the machine derives without saying it run
// by run, such as the hold of a closed gate, is not in it: see [Live].
type Run struct {
	ID         messages.RunID
	Job        string
	Slot       messages.Instant // zero for a run by hand
	FirstSlot  messages.Instant
	Missed     int
	Trigger    messages.Trigger
	Status     messages.Status
	Reason     messages.FinishReason // empty until it is over, and for a plain success
	Holds      []messages.Hold
	Attempts   []Attempt // oldest first
	Output     string    // of the last attempt that had any
	QueuedAt   messages.Instant
	StartedAt  messages.Instant // of the first attempt
	FinishedAt messages.Instant

	seq uint64 // the decision that queued it; the order of the table
}

// Attempt is one try of a run.
type Attempt struct {
	Number      int
	Incarnation uint64 // zero until it has ended: its start is decided before an actor is there
	Generation  uint64 // zero for ungated kinds
	Called      bool   // whether the actor was run at all; false until it has ended
	StartedAt   messages.Instant
	FinishedAt  messages.Instant
	Class       messages.Class // empty for a success and while it runs
	Error       string
}

// Final reports whether the run is over.
func (r *Run) Final() bool { return !r.FinishedAt.IsZero() }

func (r *Run) clone() Run {
	out := *r
	out.Holds = slices.Clone(r.Holds)
	out.Attempts = slices.Clone(r.Attempts)
	return out
}

// start begins an attempt.
func (r *Run) start(at messages.Instant, d messages.AttemptStarted) {
	if len(r.Attempts) == MaxAttempts {
		r.Attempts = slices.Delete(r.Attempts, 0, 1)
	}
	r.Attempts = append(r.Attempts, Attempt{Number: d.Attempt, Generation: d.Generation, StartedAt: at})
	if r.StartedAt.IsZero() {
		r.StartedAt = at
	}
	r.Status, r.Holds = messages.StatusRunning, nil
}

// end closes an attempt, once: an abandoned one that returns after all changes nothing. The run waits
// again until a decision says otherwise.
func (r *Run) end(at messages.Instant, ref messages.AttemptRef, a Attempt, output string) {
	i := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.Number == ref.Attempt })
	if i < 0 || !r.Attempts[i].FinishedAt.IsZero() {
		return
	}
	to := &r.Attempts[i]
	to.Incarnation, to.FinishedAt = ref.Incarnation, at
	to.Called, to.Class, to.Error = a.Called, a.Class, a.Error
	if output != "" {
		r.Output = output
	}
	if !r.Final() {
		r.Status = messages.StatusQueued
	}
}

// hold sets the holds and the slots that the run stands for.
func (r *Run) hold(d messages.RunHeld) {
	r.Slot, r.FirstSlot, r.Missed = d.Slot, d.FirstSlot, d.Missed
	r.Holds = slices.Clone(d.Holds)
	r.Status = messages.StatusHeld
	if len(d.Holds) == 0 {
		r.Status = messages.StatusQueued
	}
}
