package host

import (
	"cmp"
	"slices"
	"time"

	"curfew/messages"
)

// Running is an attempt that has not returned.
type Running struct {
	Job     string
	Run     messages.RunID
	Attempt int
	Since   time.Time // when it was handed to its actor
}

// Running lists the attempts that are running, oldest first; abandoned ones are not among them.
func (h *Host) Running() []Running { return oldestFirst(h.attempts.list(false)) }

// AbandonedAttempts lists the abandoned attempts that are still running, oldest first.
func (h *Host) AbandonedAttempts() []Running { return oldestFirst(h.attempts.list(true)) }

func oldestFirst(list []Running) []Running {
	slices.SortFunc(list, func(a, b Running) int { return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Job, b.Job)) })
	return list
}

// running is the attempt in the list.
func (a *attempt) running() Running {
	d := a.order.Attempt
	return Running{Job: d.Job, Run: d.Run, Attempt: d.Attempt, Since: a.since}
}
