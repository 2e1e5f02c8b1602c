package contract

import (
	"context"

	"curfew/messages"
)

// RunView is what the page of a run asks besides [Backend].
type RunView interface {
	// Followers lists the jobs that follow a job, by name, each with the run that the end of this run has made of it.
	Followers(ctx context.Context, job string, run messages.RunID) ([]Follower, error)
}

// Follower is a job that follows another one.
type Follower struct {
	Job string
	On  messages.AfterOn // which ends of a run it follows
	Run *NamedRun        // nil: the run has not ended so, or its slot was taken in by another run, or was skipped
}
