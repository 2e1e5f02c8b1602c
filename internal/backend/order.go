package backend

import (
	"context"
	"errors"

	"go.uber.org/zap"

	"curfew/bus"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Pause pauses a job.
func (b backend) Pause(ctx context.Context, job string) (contract.Job, error) {
	return b.order(ctx, job, messages.JobPaused{Job: job, By: caller(ctx)})
}

// Resume lets a paused job go on.
func (b backend) Resume(ctx context.Context, job string) (contract.Job, error) {
	if err := b.stopping(); err != nil {
		return contract.Job{}, err
	}
	return b.order(ctx, job, messages.JobResumed{Job: job, By: caller(ctx)})
}

// Cancel ends a job's unfinished runs.
func (b backend) Cancel(ctx context.Context, job string) (contract.Job, error) {
	return b.order(ctx, job, messages.CancelRequested{Job: job, By: caller(ctx)})
}

// CancelRun ends one run, and leaves the job's other runs as they are.
func (b backend) CancelRun(ctx context.Context, id messages.RunID) (contract.Run, error) {
	run, _, err := b.recorded(ctx, id)
	switch {
	case err != nil:
		return contract.Run{}, err
	case !run.FinishedAt.IsZero():
		return contract.Run{}, contract.Conflict("run %s of job %s is over: %s", id, run.Job, run.Status)
	}
	if _, err := b.command(ctx, run.Job, "", messages.CancelRequested{Job: run.Job, Run: id, By: caller(ctx)}); err != nil {
		return contract.Run{}, err
	}
	body, err := b.Run(ctx, id)
	return body, carriedOut(err)
}

// RunNow asks for a run of a job. The answer is the new run, or the run that waits already and that the request joins.
func (b backend) RunNow(ctx context.Context, job string) (contract.RunAccepted, error) {
	if err := b.stopping(); err != nil {
		return contract.RunAccepted{}, err
	}
	request := requestOf(ctx, job) // also the id of the record: one request makes one run
	if a, made, err := b.made(ctx, job, request); made || err != nil {
		return a, err
	}
	got, err := b.commit(ctx, job, request, messages.RunRequested{Job: job, Request: request, By: caller(ctx)})
	if err != nil {
		return contract.RunAccepted{}, err
	}
	if got.Duplicate {
		if a, made, err := b.made(ctx, job, request); made || err != nil {
			return a, err
		}
	}
	a := contract.RunAccepted{Holds: []messages.Hold{}}
	for _, d := range got.Decisions {
		if q, ok := d.(messages.RunQueued); ok {
			a.Run = q.Run
		}
	}
	err = b.r.View(ctx, func(m *policy.Machine) {
		v, _ := m.Job(job)
		if run, ok := joined(v.Runs, a.Run); ok {
			a.Run, a.Holds = run.ID, append(a.Holds, run.Holds...)
		}
	})
	if a.Run == "" && err == nil {
		err = b.r.History().Flush(ctx)
	}
	if a.Run == "" && err == nil {
		last, _, lastErr := b.r.History().LastRun(ctx, job, nil)
		a.Run, err = last.ID, lastErr // the run that it joined is over already
	}
	if a.Run != "" {
		return a, nil // an error here would make the caller ask again, and the job run twice
	}
	return a, carriedOut(err)
}

// joined is the run that an order made. If it made none, it joined one: the oldest that waits, or else one that runs.
func joined(runs []policy.RunView, made messages.RunID) (found policy.RunView, ok bool) {
	for _, run := range runs {
		switch {
		case run.ID == made:
			return run, true
		case made != "" || run.Final:
		case run.Status != messages.StatusRunning:
			return run, true
		default:
			found, ok = run, true
		}
	}
	return found, ok
}

// order carries out an order about a job, and answers with the job as it is then.
func (b backend) order(ctx context.Context, job string, f messages.Fact) (contract.Job, error) {
	if _, err := b.command(ctx, job, "", f); err != nil {
		return contract.Job{}, err
	}
	body, err := b.Job(ctx, job)
	return body, carriedOut(err)
}

// command commits an order about a job, and waits until it is in the run history, too, unless that is far behind.
// Trouble with the history does not undo the order; it is logged.
func (b backend) command(ctx context.Context, job, id string, f messages.Fact) ([]messages.Decision, error) {
	got, err := b.commit(ctx, job, id, f)
	return got.Decisions, err
}

// commit is command with the receipt of the log.
func (b backend) commit(ctx context.Context, job, id string, f messages.Fact) (got bus.Receipt, err error) {
	err = b.onlyIf(ctx, job, func() error {
		got, err = b.r.Commit(ctx, id, f)
		return err
	})
	var refused *contract.Error
	switch {
	case errors.As(err, &refused):
		return got, refused
	case errors.Is(err, policy.ErrUnknownJob):
		return got, b.noJob(ctx, job)
	case err != nil:
		return got, refusal(err)
	}
	if err := b.r.History().FlushNear(ctx); err != nil {
		b.r.Logger().Debug("api: an order is not in the run history yet", zap.Error(err))
	}
	return got, nil
}
