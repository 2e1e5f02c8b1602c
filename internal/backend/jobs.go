package backend

import (
	"context"
	"slices"

	"go.uber.org/zap"

	"curfew/actors/system/recorder"
	"curfew/internal/api"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// lookedAt is how many jobs one look at the machine takes in: between two looks it decides.
const lookedAt = 1_000

// Jobs lists jobs by name.
func (b backend) Jobs(ctx context.Context, q api.JobQuery) (items []api.Job, next string, err error) {
	for after := q.After; ; {
		part, more, err := b.look(ctx, after, min(lookedAt, max(q.Limit, api.DefaultLimit)))
		if err != nil {
			return nil, "", err
		}
		for _, l := range part {
			if q.Held && !slices.ContainsFunc(l.view.Runs, isHeld) {
				continue
			}
			job := b.job(ctx, l.view, l.live)
			if q.State != "" && job.State != q.State || q.Failing && job.Failing == nil {
				continue
			}
			if len(items) == q.Limit {
				return items, items[q.Limit-1].Name, nil
			}
			items = append(items, job)
		}
		if more == "" {
			return items, "", nil
		}
		after = more
	}
}

func isHeld(r policy.RunView) bool { return r.Status == messages.StatusHeld }

// looked is a job as the machine has it.
type looked struct {
	view policy.JobView
	live map[messages.RunID]recorder.Live
}

// look takes in some jobs by name; more is where to go on, and empty when there is nothing left.
func (b backend) look(ctx context.Context, after string, most int) (part []looked, more string, err error) {
	err = b.r.View(ctx, func(m *policy.Machine) {
		var names []string
		names, more = page(m.JobNames(), api.Page{Limit: most, After: after})
		for _, n := range names {
			l := looked{live: map[messages.RunID]recorder.Live{}}
			l.view, _ = m.Job(n)
			api.LiveOf(l.view, l.live)
			part = append(part, l)
		}
	})
	return part, more, err
}

// page cuts a part out of sorted names; the cursor is the last name of the part before.
func page(names []string, p api.Page) (part []string, next string) {
	from, found := slices.BinarySearch(names, p.After)
	if found {
		from++
	}
	names = names[from:]
	if len(names) <= p.Limit {
		return names, ""
	}
	return names[:p.Limit], names[p.Limit-1]
}

// job is the body of a job. What it is does not depend on what can be read of what it was.
func (b backend) job(ctx context.Context, v policy.JobView, live map[messages.RunID]recorder.Live) api.Job {
	var last *recorder.Run
	run, ok, err := b.r.History().LastRun(ctx, v.Definition.Job, lookup(live))
	if ok && err == nil {
		last = &run
	}
	var body api.Job
	if s, parseErr := scheduler.Parse(scheduler.SpecOf(v.Definition)); parseErr != nil {
		body = api.JobOf(v, parseErr.Error(), 0, last)
	} else {
		body = api.JobOf(v, s.Describe(), b.r.NextSlot(v, s), last)
	}
	if err == nil {
		body.Failing, err = b.failing(ctx, v.Definition.Job, last)
	}
	if err != nil {
		b.r.Logger().Warn("api: the last runs of a job cannot be read", zap.String("job", v.Definition.Job), zap.Error(err))
	}
	return body
}

// failing says since when a job fails; nil if it does not. Of a job whose newest run has succeeded no other is read.
func (b backend) failing(ctx context.Context, job string, last *recorder.Run) (*api.Failing, error) {
	if last == nil || last.Status == messages.StatusSucceeded {
		return nil, nil
	}
	runs, err := b.r.History().Recent(ctx, recorder.Query{Job: job, Limit: 2 * api.MaxFailures})
	if err != nil {
		return nil, historyProblem(err)
	}
	var out *api.Failing
	for _, run := range runs {
		switch {
		case run.Status == messages.StatusSucceeded:
			return out, nil
		case run.Status != messages.StatusFailed:
			continue
		case out == nil:
			out = &api.Failing{Run: run.ID, Error: lastError(run)}
		case out.Runs == api.MaxFailures:
			out.AtLeast = true
			return out, nil
		}
		out.Since, out.Runs = run.FinishedAt, out.Runs+1
	}
	if out != nil {
		out.AtLeast = len(runs) == 2*api.MaxFailures
	}
	return out, nil
}

// lastError is what the last attempt of a run failed with; nil: it says nothing.
func lastError(run recorder.Run) *string {
	for _, a := range slices.Backward(run.Attempts) {
		if a.Error != "" {
			return &a.Error
		}
	}
	return nil
}
