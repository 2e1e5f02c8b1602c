package api

import (
	"curfew/internal/explain"
	"curfew/messages"
)

// Run is the body of /v1/runs/{id}.
type Run struct {
	ID         messages.RunID         `json:"id"`
	Job        string                 `json:"job"`
	Slot       messages.Instant       `json:"slot"` // null for a run by hand
	FirstSlot  messages.Instant       `json:"first_slot"`
	Missed     int                    `json:"missed"`
	Trigger    messages.Trigger       `json:"trigger"`
	Status     messages.Status        `json:"status"`
	Reason     *messages.FinishReason `json:"reason"`
	Holds      []messages.Hold        `json:"holds"`
	Attempts   []Attempt              `json:"attempts"`
	Output     *string                `json:"output"`
	StartedAt  messages.Instant       `json:"started_at"`
	FinishedAt messages.Instant       `json:"finished_at"`

	DeliveryFailed []string           `json:"delivery_failed"` // targets that what the run had to say did not reach, for good; null: none
	Deliveries     []explain.Delivery `json:"deliveries"`      // what it had to say, target by target, and what became of that; null in lists
}

// Attempt is one try of a run. While it runs, incarnation, called and class are null.
type Attempt struct {
	Number      int              `json:"number"`
	Incarnation *uint64          `json:"incarnation"`
	Generation  *uint64          `json:"generation"` // null for ungated kinds
	Called      *bool            `json:"called"`
	StartedAt   messages.Instant `json:"started_at"`
	FinishedAt  messages.Instant `json:"finished_at"`
	Class       *messages.Class  `json:"class"` // null for a success
	Error       *string          `json:"error"`
	Usage       *messages.Usage  `json:"usage"` // null: it called no model
	Left        *messages.Left   `json:"left"`  // what it left running in the background; null: nothing
	Trace       []messages.Step  `json:"trace"` // what an agent did, of the newest attempts; null in lists, and when there is none
}

// RunAccepted is the answer to "run now".
type RunAccepted struct {
	Run   messages.RunID  `json:"run"`
	Holds []messages.Hold `json:"holds"` // what it waits for; empty: nothing but its turn
}

// Backfill is the body of POST /v1/jobs/{name}/backfill: slots of the past that are to run again, or at all.
type Backfill struct {
	From messages.Instant `json:"from"` // slots from here on,
	To   messages.Instant `json:"to"`   // up to here, both included; not in the future
	Fold bool             `json:"fold"` // one run for all of them; else each has a run of its own
}

// BackfillAccepted is the answer to a backfill.
type BackfillAccepted struct {
	Slots   int                  `json:"slots"`    // for which a run stands
	Skipped int                  `json:"skipped"`  // for which none does
	Reason  *messages.SkipReason `json:"reason"`   // of what was skipped; null: nothing was
	AtLeast bool                 `json:"at_least"` // there may be more slots: they were too many to count
	Runs    []messages.RunID     `json:"runs"`     // that were made, or have taken the slots in
}
