package contract

import (
	"time"

	"curfew/internal/explain"
	"curfew/messages"
)

// Run is the body of /v1/runs/{id}.
type Run struct {
	ID         messages.RunID         `json:"id"`
	Job        string                 `json:"job"`
	Slot       messages.Instant       `json:"slot"`       // the newest slot that it stands for; null for a run by hand
	FirstSlot  messages.Instant       `json:"first_slot"` // the oldest slot that it stands for
	Missed     int                    `json:"missed"`     // how many slots it stands for besides slot
	Trigger    messages.Trigger       `json:"trigger"`    // after: a run of the job that it follows has ended
	AfterRun   *messages.Followed     `json:"after_run"`  // the run whose end made its newest slot; null: none, or it is not known
	Status     messages.Status        `json:"status"`
	Reason     *messages.FinishReason `json:"reason"` // why it has this status; null: there is nothing to say
	Holds      []messages.Hold        `json:"holds"`  // what it waits for
	Attempts   []Attempt              `json:"attempts"`
	Output     *string                `json:"output"`      // of its last attempt that had any; null: none had
	StartedAt  messages.Instant       `json:"started_at"`  // of its first attempt; null: it has not begun
	FinishedAt messages.Instant       `json:"finished_at"` // null: it is not over
	TraceID    *string                `json:"trace_id"`    // of its OpenTelemetry trace; null: no traces are sent, and in lists

	DeliveryFailed []string           `json:"delivery_failed"` // targets that refused a delivery of the run for good; null: none
	Deliveries     []explain.Delivery `json:"deliveries"`      // every delivery of the run, target by target; null in lists

	// HistoryBehind is how many records the run history has yet to take in, if the run is shown before that: attempts of it
	// may be missing. Null: none is.
	HistoryBehind *uint64 `json:"history_behind"`
}

// Attempt is one try of a run. While it runs, incarnation, called and class are null.
type Attempt struct {
	Number      int              `json:"number"` // 1 for the first
	Incarnation *uint64          `json:"incarnation"`
	Generation  *uint64          `json:"generation"` // of the session's token; null for ungated actor types
	Called      *bool            `json:"called"`     // the actor was run; false: it was stopped at the door
	StartedAt   messages.Instant `json:"started_at"`
	FinishedAt  messages.Instant `json:"finished_at"`
	Class       *messages.Class  `json:"class"` // null for a success
	Error       *string          `json:"error"` // null for a success
	Usage       *messages.Usage  `json:"usage"` // null: the attempt called no model, or does not say
	Left        *messages.Left   `json:"left"`  // processes that it left running in the background; null: none
	Node        *string          `json:"node"`  // which performed it; null: there were no nodes
	Trace       []messages.Step  `json:"trace"` // what an agent did, of the newest attempts only; null in lists, and without a trace
}

// Node is the node of its newest attempt; nil: it has had none, or there were no nodes.
func (r Run) Node() *string {
	if n := len(r.Attempts); n > 0 {
		return r.Attempts[n-1].Node
	}
	return nil
}

// RunAccepted is the answer to "run now".
type RunAccepted struct {
	Run   messages.RunID  `json:"run"`
	Holds []messages.Hold `json:"holds"` // what it waits for; empty: only its turn
}

// Backfill is the body of POST /v1/jobs/{name}/backfill: which slots of the past are to run.
type Backfill struct {
	From messages.Instant `json:"from" needed:"true"` // the first slot, included
	To   messages.Instant `json:"to" needed:"true"`   // the last slot, included; not in the future
	Fold bool             `json:"fold"`               // one run for all slots, instead of one run for each
}

// BackfillAccepted is the answer to a backfill.
type BackfillAccepted struct {
	Slots   int                  `json:"slots"`    // how many slots a run covers now
	Skipped int                  `json:"skipped"`  // how many slots no run covers
	Reason  *messages.SkipReason `json:"reason"`   // why they were skipped; null: none was
	AtLeast bool                 `json:"at_least"` // there are more slots than were counted
	Runs    []messages.RunID     `json:"runs"`     // runs that were made for the slots, or that cover them already
}

// Took is the sum of the times of its finished attempts; false: none is over. Waiting between them does not count.
func (r Run) Took() (sum time.Duration, over bool) {
	for _, a := range r.Attempts {
		if !a.StartedAt.IsZero() && !a.FinishedAt.IsZero() {
			sum, over = sum+max(0, a.FinishedAt.Sub(a.StartedAt)), true
		}
	}
	return sum, over
}

// Spent is what the model calls of its attempts have cost together.
func (r Run) Spent() (calls, tokens int) {
	const most = 1 << 60 // providers are not believed
	for _, a := range r.Attempts {
		if a.Usage != nil {
			calls, tokens = min(most, calls+min(most, a.Usage.Calls)), min(most, tokens+a.Usage.Tokens())
		}
	}
	return calls, tokens
}
