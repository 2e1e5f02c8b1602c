package backend

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// requestOf is the id of a request for a run. One that has a name has the same id each time, also after a restart.
func requestOf(ctx context.Context, job string) string {
	if name := contract.OrderName(ctx); name != "" {
		return messages.FactID(messages.RunRequested{}.Name(), job, name)
	}
	return uuid.NewString()
}

// made finds the run that a request with a name has made before: the log knows its newest 65,536 facts, and the run
// history knows a run as long as its job keeps it.
func (b backend) made(ctx context.Context, job, request string) (a contract.RunAccepted, made bool, err error) {
	if contract.OrderName(ctx) == "" {
		return a, false, nil
	}
	run, _, err := b.recorded(ctx, messages.RequestedRun(job, request))
	var none *contract.Error
	switch {
	case errors.As(err, &none) && none.Kind == contract.KindNotFound:
		return a, false, nil
	case err != nil:
		return a, false, err
	}
	return contract.RunAccepted{Run: run.ID, Holds: contract.OrEmpty(run.Holds)}, true, nil
}

// onlyIf carries an order out if the job meets its condition, and lets no definition change in between.
func (b backend) onlyIf(ctx context.Context, job string, order func() error) error {
	match := contract.Condition(ctx)
	if match == "" {
		return order()
	}
	b.defining.Lock()
	defer b.defining.Unlock()
	return b.r.Steady(func() error {
		var v policy.JobView
		var ok bool
		if err := b.r.View(ctx, func(m *policy.Machine) { v, ok = m.Job(job) }); err != nil {
			return err
		}
		if !ok {
			return b.noJob(ctx, job)
		}
		if now := contract.VersionOf(v.Definition); !match.Allows(now) {
			return contract.Changed("job %q has version %q by now: look at it again, and then decide", job, now)
		}
		return order()
	})
}
