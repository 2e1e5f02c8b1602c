package backend

import (
	"context"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Followers lists the jobs that follow a job, with what the end of a run has made of them. Such a run has the id that
// follows from both, so it is looked up and not searched for.
func (b backend) Followers(ctx context.Context, job string, run messages.RunID) ([]contract.Follower, error) {
	var all []policy.Follower
	if err := b.r.View(ctx, func(m *policy.Machine) { all = m.Followers(job) }); err != nil {
		return nil, err
	}
	out := make([]contract.Follower, len(all))
	for i, f := range all {
		out[i] = contract.Follower{Job: f.Job, On: f.On}
		next, ok, err := b.find(ctx, messages.FollowingRun(f.Job, run))
		if err != nil {
			return nil, err
		}
		if ok {
			out[i].Run = &contract.NamedRun{ID: next.ID, Job: next.Job, Status: next.Status, At: next.QueuedAt}
		}
	}
	return out, nil
}
