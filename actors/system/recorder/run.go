package recorder

import (
	"maps"
	"slices"

	"curfew/messages"
	"curfew/messages/text"
)

// MaxAttempts is how many attempts of one run are remembered, the newest.
const MaxAttempts = 100

// MaxTraces is how many traces of one run are remembered: those of the newest attempts that have one. Each has at most
// [messages.MaxTrace] of text.
const MaxTraces = 4

// Run is one execution of a job by the log. State that the machine does not record for each run, such as the hold of a
// closed gate, is not in it: see [Live].
type Run struct {
	ID         messages.RunID
	Job        string
	Slot       messages.Instant // zero for a run by hand
	FirstSlot  messages.Instant
	Missed     int
	Trigger    messages.Trigger
	After      *messages.Followed // the run whose end made its newest slot; nil: none
	Status     messages.Status
	Reason     messages.FinishReason // empty until it is over, and for a plain success
	Holds      []messages.Hold
	Attempts   []Attempt // oldest first
	Output     string    // of the last attempt that had any; at most [messages.MaxOutput], the newest part
	QueuedAt   messages.Instant
	StartedAt  messages.Instant // of the first attempt
	FinishedAt messages.Instant

	Seq uint64 // of the decision that queued it; the order of runs

	// Traces are the steps of its attempts, by the attempts' numbers; lists leave them out.
	Traces map[int][]messages.Step
}

// Attempt is one try of a run.
type Attempt struct {
	Number      int              `json:"number"`
	Incarnation uint64           `json:"incarnation,omitempty"` // zero until it has ended: its start is decided before an actor is there
	Generation  uint64           `json:"generation,omitempty"`  // zero for ungated kinds
	Called      bool             `json:"called,omitempty"`      // whether the actor was run at all; false until it has ended
	StartedAt   messages.Instant `json:"started_at"`
	FinishedAt  messages.Instant `json:"finished_at"`
	Class       messages.Class   `json:"class,omitempty"` // empty for a success and while it runs
	Error       string           `json:"error,omitempty"`
	Usage       *messages.Usage  `json:"usage,omitempty"` // nil: it called no model, or does not say
	Left        *messages.Left   `json:"left,omitempty"`  // nil: nothing
	Node        string           `json:"node,omitempty"`  // which performed it; empty: there were no nodes
}

// Final reports whether the run is over.
func (r *Run) Final() bool { return !r.FinishedAt.IsZero() }

// start begins an attempt.
func (r *Run) start(at messages.Instant, d messages.AttemptStarted) {
	if len(r.Attempts) == MaxAttempts {
		r.Attempts = slices.Delete(r.Attempts, 0, 1)
	}
	r.Attempts = append(r.Attempts, Attempt{Number: d.Attempt, Generation: d.Generation, StartedAt: at, Node: d.Node})
	if r.StartedAt.IsZero() {
		r.StartedAt = at
	}
	r.Status, r.Holds = messages.StatusRunning, nil
}

// end closes an attempt, once: an abandoned attempt that returns later changes nothing. The run is queued again until a
// decision says otherwise.
func (r *Run) end(at messages.Instant, ref messages.AttemptRef, a Attempt, output string, trace []messages.Step) bool {
	i := slices.IndexFunc(r.Attempts, func(a Attempt) bool { return a.Number == ref.Attempt })
	if i < 0 || !r.Attempts[i].FinishedAt.IsZero() {
		return false
	}
	to := &r.Attempts[i]
	to.Incarnation, to.FinishedAt = ref.Incarnation, at
	to.Called, to.Class, to.Error, to.Usage, to.Left = a.Called, a.Class, a.Error, a.Usage, a.Left
	r.keepTrace(ref.Attempt, trace)
	if output != "" {
		r.Output = text.Tail(output, messages.MaxOutput)
	}
	if !r.Final() {
		r.Status = messages.StatusQueued
	}
	return true
}

// keepTrace remembers the trace of an attempt, and forgets the oldest trace when there are too many.
func (r *Run) keepTrace(attempt int, trace []messages.Step) {
	if len(trace) == 0 {
		return
	}
	if r.Traces == nil {
		r.Traces = make(map[int][]messages.Step)
	}
	r.Traces[attempt] = trace
	if len(r.Traces) > MaxTraces {
		delete(r.Traces, slices.Min(slices.Collect(maps.Keys(r.Traces))))
	}
}

// hold sets the holds and the slots that the run stands for, and what made the newest of them.
func (r *Run) hold(d messages.RunHeld) {
	r.Slot, r.FirstSlot, r.Missed = d.Slot, d.FirstSlot, d.Missed
	r.Holds = slices.Clone(d.Holds)
	if d.After != nil {
		r.After = d.After
	}
	r.Status = messages.StatusHeld
	if len(d.Holds) == 0 {
		r.Status = messages.StatusQueued
	}
}
