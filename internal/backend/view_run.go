package backend

import (
	"context"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// AroundRun says what stands around a run. A run that follows it has the id that follows from both, so it is looked up
// and not searched for.
func (b backend) AroundRun(ctx context.Context, job string, run messages.RunID) (out contract.AroundRun, err error) {
	err = b.view(ctx, func(m *policy.Machine) {
		if r, ok := m.Run(job, run); ok {
			out.Due = r.Due
		}
		if v, ok := m.Job(job); ok {
			lane := laneOf(m.Lane(v.Definition.Actor))
			out.Lane = &lane
		}
		for _, f := range m.Followers(job) {
			out.Followers = append(out.Followers, contract.Follower{Job: f.Job, On: f.On})
		}
	})
	if err != nil {
		return out, err
	}
	for i := range out.Followers {
		f := &out.Followers[i]
		next, ok, _, err := b.find(ctx, messages.FollowingRun(f.Job, run))
		if err != nil {
			return out, err
		}
		if ok {
			f.Run = &contract.NamedRun{ID: next.ID, Job: next.Job, Status: next.Status, At: next.QueuedAt}
		}
	}
	return out, nil
}

func laneOf(l policy.LaneView) contract.Lane {
	return contract.Lane{Actor: l.Actor, Used: l.Busy, Limit: l.Size, Waiting: l.Waiting, Held: l.Held}
}
