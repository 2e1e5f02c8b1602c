package backend

import (
	"context"
	"errors"
	"slices"

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
		list.HistoryBehind = contract.OrNull(slow.Records)
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
	run, behind, err := b.recorded(ctx, id)
	if err != nil {
		return contract.Run{}, err
	}
	body := runOf(run)
	body.HistoryBehind = contract.OrNull(behind)
	body.TraceID = contract.OrNull(b.r.TraceID(id))
	return body, errors.Join(b.addLost(ctx, &body), b.addDeliveries(ctx, &body, run.Seq))
}

// recorded is a run as it is now, and how many records the run history has yet to take in before it is known whether that
// is all; zero: it is.
func (b backend) recorded(ctx context.Context, id messages.RunID) (run recorder.Run, behind uint64, err error) {
	run, ok, behind, err := b.find(ctx, id)
	return run, behind, b.known(ctx, id, ok, err)
}

// settled is a run with all that became of it: it waits for a history that is far behind.
func (b backend) settled(ctx context.Context, id messages.RunID) (recorder.Run, error) {
	run, ok, err := b.r.History().Get(ctx, id, nil)
	if err == nil && ok && !run.Final() {
		one := []recorder.Run{run}
		err = b.now(ctx, one)
		run = one[0]
	}
	return run, b.known(ctx, id, ok, historyProblem(err))
}

// known is the error of a question about a run that may not be there. Who asked for a job by its name is told what lists
// its runs.
func (b backend) known(ctx context.Context, id messages.RunID, ok bool, err error) error {
	if err != nil || ok {
		return err
	}
	isJob := false
	if b.view(ctx, func(m *policy.Machine) { _, isJob = m.Job(string(id)) }) == nil && isJob {
		return contract.NotFound("there is no run %q in the history, but a job; `curfew job history %s` lists its runs", id, id)
	}
	meant := b.meant(ctx, string(id), (*policy.Machine).JobNames)
	return contract.NotFound("there is no run %q in the history; %s`curfew job history NAME` lists the runs of a job", id, meant)
}

// find looks for a run in the run history, and then asks the machine what it is now: for one run, however many are
// unfinished. It waits for a history that is far behind only if the run is over, and the history does not know how.
func (b backend) find(ctx context.Context, id messages.RunID) (run recorder.Run, ok bool, behind uint64, err error) {
	run, ok, err = b.r.History().Known(ctx, id)
	if slow := (*recorder.Behind)(nil); errors.As(err, &slow) && slow.Err == nil && !(ok && run.Final()) {
		now, unfinished, err := b.unfinished(ctx, run, id)
		if err != nil || unfinished {
			return now, true, slow.Records, err
		}
		run, ok, err = b.r.History().Get(ctx, id, nil)
		return run, ok, 0, historyProblem(err)
	} else if slow != nil && slow.Err == nil {
		err = nil
	}
	if err != nil || !ok || run.Final() {
		return run, ok, 0, historyProblem(err)
	}
	one := []recorder.Run{run}
	err = b.now(ctx, one)
	return one[0], ok, 0, err
}

// unfinished is what the machine knows of a run, beside what the history has of it; false: the run is over, or there is none.
// One that the history has never heard of is looked for among all that are unfinished.
func (b backend) unfinished(ctx context.Context, known recorder.Run, id messages.RunID) (run recorder.Run, ok bool, err error) {
	var v policy.RunView
	err = b.view(ctx, func(m *policy.Machine) {
		if known.ID != "" {
			v, ok = m.Run(known.Job, id)
			return
		}
		all := m.Unfinished()
		if i := slices.IndexFunc(all, func(r policy.RunView) bool { return r.ID == id }); i >= 0 {
			v, ok = all[i], true
		}
	})
	if !ok || err != nil || v.Final {
		return run, false, err
	}
	run = known
	run.ID, run.Job, run.Slot, run.FirstSlot, run.Missed, run.Trigger = v.ID, v.Job, v.Slot, v.FirstSlot, v.Missed, v.Trigger
	run.Status, run.Holds = v.Status, v.Holds
	return run, true, nil
}

// now asks the machine what unfinished ones of these runs are now, and then the history again: what it told of them first
// is older than the machine's answer, and a run that is held would lack the failure that it is held for.
func (b backend) now(ctx context.Context, runs []recorder.Run) error {
	live := map[messages.RunID]recorder.Live{}
	err := b.view(ctx, func(m *policy.Machine) {
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
