package backend

import (
	"context"
	"maps"

	"go.uber.org/zap"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// Job is one job.
func (b backend) Job(ctx context.Context, name string) (contract.Job, error) {
	var v policy.JobView
	var ok bool
	live := map[messages.RunID]recorder.Live{}
	err := b.view(ctx, func(m *policy.Machine) {
		if v, ok = m.Job(name); ok {
			liveOf(v, live)
		}
	})
	switch {
	case err != nil:
		return contract.Job{}, err
	case !ok:
		return contract.Job{}, b.noJob(ctx, name)
	}
	out := b.job(ctx, v, live)
	out.Dir = contract.OrNull(b.r.WorksIn(v.Definition.Actor, v.Definition.With))
	return out, nil
}

// timetable is when a job runs; the zero value if there is no such job.
func (b backend) timetable(ctx context.Context, name string) (t messages.Timetable, err error) {
	err = b.view(ctx, func(m *policy.Machine) {
		if v, ok := m.Job(name); ok {
			t = v.Definition.Timetable()
		}
	})
	return t, err
}

// live is what the unfinished runs of a job are now; empty: of all jobs.
func (b backend) live(ctx context.Context, job string) (map[messages.RunID]recorder.Live, error) {
	live := map[messages.RunID]recorder.Live{}
	err := b.view(ctx, func(m *policy.Machine) {
		v := policy.JobView{}
		if job == "" {
			v.Runs = m.Unfinished()
		} else {
			v, _ = m.Job(job)
		}
		liveOf(v, live)
	})
	return live, err
}

// lookup finds what an unfinished run is now, for the run history.
func lookup(live map[messages.RunID]recorder.Live) func(messages.RunID) (recorder.Live, bool) {
	return func(id messages.RunID) (recorder.Live, bool) {
		l, ok := live[id]
		return l, ok
	}
}

// job is the body of a job.
func (b backend) job(ctx context.Context, v policy.JobView, live map[messages.RunID]recorder.Live) contract.Job {
	behind := b.historyBehind()
	out := b.bodies(ctx, []jobState{{v, live}})[0]
	out.HistoryBehind = contract.OrNull(behind)
	return out
}

// bodies are the bodies of jobs, for which the history is asked once. When their past runs cannot be read, that is logged,
// and the rest is still answered.
func (b backend) bodies(ctx context.Context, jobs []jobState) []contract.Job {
	if len(jobs) == 0 {
		return nil
	}
	names, live := make([]string, len(jobs)), map[messages.RunID]recorder.Live{}
	for i, j := range jobs {
		names[i] = j.view.Definition.Job
		maps.Copy(live, j.live)
	}
	var failing map[string]recorder.Failing
	last, err := b.r.History().LastRuns(ctx, names, lookup(live))
	if err == nil {
		failing, err = b.r.History().Sums().FailingJobs(ctx, names)
	}
	if err != nil {
		b.r.Logger().Warn("api: the last runs of jobs cannot be read", zap.Strings("jobs", names), zap.Error(err))
	}
	out := make([]contract.Job, len(jobs))
	for i, j := range jobs {
		var run *recorder.Run
		if r, ok := last[names[i]]; ok {
			run = &r
		}
		out[i] = b.present(j.view, run)
		if f, ok := failing[names[i]]; ok {
			of := failingOf(f)
			out[i].Failing = &of
		}
	}
	return out
}

// present is the body of a job but for what the history says of its failures.
func (b backend) present(v policy.JobView, last *recorder.Run) contract.Job {
	s, err := scheduler.Parse(v.Definition.Timetable(), v.Definition.Job)
	if err != nil {
		return jobOf(v, err.Error(), 0, last)
	}
	return jobOf(v, s.Describe(), b.r.NextSlot(v, s), last)
}

// failing says since when a job fails; nil: it does not.
func (b backend) failing(ctx context.Context, job string) (*contract.Failing, error) {
	all, err := b.r.History().Sums().FailingJobs(ctx, []string{job})
	f, fails := all[job]
	if err != nil || !fails {
		return nil, historyProblem(err)
	}
	out := failingOf(f)
	return &out, nil
}

// failingOf is what the history says of a job that fails.
func failingOf(f recorder.Failing) contract.Failing {
	return contract.Failing{Since: f.Since, Run: f.Run, Runs: f.Runs, AtLeast: f.AtLeast, Error: contract.OrNull(f.Error)}
}
