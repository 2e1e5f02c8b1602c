package backend

import (
	"context"
	"errors"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
)

// Runs lists runs, newest first.
func (b backend) Runs(ctx context.Context, q contract.RunQuery) (items []contract.Run, next string, err error) {
	live, err := b.live(ctx)
	if err != nil {
		return nil, "", err
	}
	runs, next, err := b.r.History().Query(ctx, recorder.Query{
		Job: q.Job, Status: q.Status, Since: q.Since, Until: q.Until, Limit: q.Limit, After: q.After, Live: lookup(live),
	})
	if err != nil {
		return nil, "", historyProblem(err)
	}
	items = make([]contract.Run, len(runs))
	of := make([]*contract.Run, len(runs))
	for i, run := range runs {
		items[i] = runOf(run)
		of[i] = &items[i]
	}
	return items, next, b.addLost(ctx, of...)
}

// Run is one run.
func (b backend) Run(ctx context.Context, id messages.RunID) (contract.Run, error) {
	run, err := b.recorded(ctx, id)
	if err != nil {
		return contract.Run{}, err
	}
	body := runOf(run)
	body.TraceID = contract.OrNull(b.r.TraceID(id))
	return body, errors.Join(b.addLost(ctx, &body), b.addDeliveries(ctx, &body, run.Seq))
}

// recorded is a run from the run history, as it is now.
func (b backend) recorded(ctx context.Context, id messages.RunID) (recorder.Run, error) {
	live, err := b.live(ctx)
	if err != nil {
		return recorder.Run{}, err
	}
	run, ok, err := b.r.History().Get(ctx, id, lookup(live))
	switch {
	case err != nil:
		return run, historyProblem(err)
	case !ok:
		return run, contract.NotFound("there is no run %q in the history; `curfew job history NAME` lists the runs of a job", id)
	}
	return run, nil
}
