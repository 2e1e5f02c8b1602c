package backend

import (
	"context"
	"errors"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Runs lists runs, newest first. It does not wait for a history that is far behind, and says so. Which runs are held, or
// in another state that only the machine knows, takes a look at all unfinished ones; else those of the page are enough.
func (b backend) Runs(ctx context.Context, q contract.RunQuery) (list contract.RunList, err error) {
	from := recorder.Query{
		Job: q.Job, Status: q.Status, Since: q.Since, Until: q.Until, Limit: q.Limit, After: q.After,
	}
	if q.Status != "" && !q.Status.Final() {
		live, err := b.live(ctx, q.Job)
		if err != nil {
			return list, err
		}
		from.Live = lookup(live)
	}
	runs, next, err := b.r.History().Query(ctx, from)
	if slow := (*recorder.Behind)(nil); errors.As(err, &slow) && slow.Err == nil {
		list.HistoryBehind = slow.Records
	} else if err != nil {
		return list, historyProblem(err)
	}
	if from.Live == nil {
		if err := b.now(ctx, runs); err != nil {
			return list, err
		}
	}
	items := make([]contract.Run, len(runs))
	of := make([]*contract.Run, len(runs))
	for i, run := range runs {
		run.Traces = nil // one that was asked for again has them
		items[i] = runOf(run)
		of[i] = &items[i]
	}
	list.List = contract.ListOf(items, next)
	return list, b.addLost(ctx, of...)
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
	run, ok, err := b.find(ctx, id)
	if err == nil && !ok {
		err = contract.NotFound("there is no run %q in the history; `curfew job history NAME` lists the runs of a job", id)
	}
	return run, err
}

// find looks for a run in the run history, and then asks the machine what it is now: for one run, however many are
// unfinished.
func (b backend) find(ctx context.Context, id messages.RunID) (run recorder.Run, ok bool, err error) {
	run, ok, err = b.r.History().Get(ctx, id, nil)
	if err != nil || !ok || run.Final() {
		return run, ok, historyProblem(err)
	}
	one := []recorder.Run{run}
	err = b.now(ctx, one)
	return one[0], ok, err
}

// now asks the machine what unfinished ones of these runs are now, and then the history again: what it told of them first
// is older than the machine's answer, and a run that is held would lack the failure that it is held for.
func (b backend) now(ctx context.Context, runs []recorder.Run) error {
	live := map[messages.RunID]recorder.Live{}
	err := b.r.View(ctx, func(m *policy.Machine) {
		for i := range runs {
			if runs[i].Final() {
				continue
			}
			if v, unfinished := m.Run(runs[i].Job, runs[i].ID); unfinished {
				liveOf(policy.JobView{Runs: []policy.RunView{v}}, live)
			}
		}
	})
	if err == nil {
		err = historyProblem(b.r.History().Again(ctx, runs))
	}
	for i := range runs {
		runs[i] = recorder.Now(runs[i], lookup(live))
	}
	return err
}
