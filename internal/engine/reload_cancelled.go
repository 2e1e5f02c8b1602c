package engine

import (
	"context"

	"curfew/bus"
	"curfew/messages"
)

// Cancelled are the unfinished runs of a job that a reload has ended, because the job is gone.
type Cancelled struct {
	Job  string
	Runs int
}

// cancelled counts the runs that what was decided on a fact has ended because their job is gone.
func cancelled(got bus.Receipt) (c Cancelled) {
	for _, d := range got.Decisions {
		if over, ok := d.(messages.RunFinished); ok && over.Reason == messages.FinishJobRemoved {
			c.Job = over.Job
			c.Runs++
		}
	}
	return c
}

// cancelledRuns is how many runs were cancelled, of all jobs that are gone.
func (r Reloaded) cancelledRuns() (n int) {
	for _, c := range r.Cancelled {
		n += c.Runs
	}
	return n
}

// noting is a committer that notes which runs were cancelled.
func (r *Reloaded) noting(commit committer) committer {
	return func(ctx context.Context, ds ...bus.Draft) ([]bus.Receipt, error) {
		got, err := commit(ctx, ds...)
		for _, one := range got {
			if c := cancelled(one); c.Runs > 0 {
				r.Cancelled = append(r.Cancelled, c)
			}
		}
		return got, err
	}
}
