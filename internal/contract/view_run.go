package contract

import (
	"context"

	"curfew/messages"
)

// RunView is what the page of a run asks besides [Backend].
type RunView interface {
	// AroundRun says what stands around a run of a job.
	AroundRun(ctx context.Context, job string, run messages.RunID) (AroundRun, error)
}

// AroundRun is what stands around a run.
type AroundRun struct {
	Due       messages.Instant // when its backoff is over; null: it is in none
	Lane      *Lane            // of its job's actor type; nil: the job is gone
	Followers []Follower       // jobs that follow its job, by name
}

// Follower is a job that follows another one.
type Follower struct {
	Job string
	On  messages.AfterOn // which ends of a run it follows
	Run *NamedRun        // nil: the run has not ended so, or its slot was taken in by another run, or was skipped
}
