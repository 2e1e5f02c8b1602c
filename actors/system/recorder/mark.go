package recorder

import "curfew/messages"

// Mark is a run in short, without its attempts and its output.
type Mark struct {
	Seq        uint64
	ID         messages.RunID
	Job        string
	Status     messages.Status       // as the log says; an unfinished run may be held by now, see [Live]
	Reason     messages.FinishReason // empty until it is over, and for a plain success
	Slot       messages.Instant      // zero for a run by hand
	QueuedAt   messages.Instant
	StartedAt  messages.Instant
	FinishedAt messages.Instant
}

// MarkQuery selects runs: the newest, and of these the ones that were not over before an instant.
type MarkQuery struct {
	Job   string           // empty: of all jobs
	Since messages.Instant // zero: all
	Limit int              // how many runs are looked at, at least 1
}

// MarkOf is a run in short.
func MarkOf(r *Run) Mark {
	return Mark{
		Seq: r.Seq, ID: r.ID, Job: r.Job, Status: r.Status, Reason: r.Reason, Slot: r.Slot, QueuedAt: r.QueuedAt,
		StartedAt: r.StartedAt, FinishedAt: r.FinishedAt,
	}
}

// Wants reports whether the query selects one of the newest runs.
func (q MarkQuery) Wants(m Mark) bool { return m.FinishedAt.IsZero() || m.FinishedAt >= q.Since }
