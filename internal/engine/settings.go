package engine

import (
	"context"
	"slices"

	"curfew/actors/system/notifier/targets"
	"curfew/bus"
	"curfew/internal/config"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// settings are what the runtime goes by: the job file as it was taken in last. They are replaced as a whole.
type settings struct {
	config.Config
	sentry   *targets.Sentry  // nil: error reports go to the log only
	programs []config.Program // of the job file
}

// settings are those of now.
func (r *Runtime) settings() *settings { return r.now.Load() }

// Config is the job file as it was taken in last.
func (r *Runtime) Config() config.Config { return r.settings().Config }

// prepare makes settings of a job file. It hides the secrets that the file names, and changes nothing else.
func (r *Runtime) prepare(c config.Config) (*settings, error) {
	s := &settings{Config: c, programs: c.Programs()}
	s.DenyEnv = slices.Clone(c.DenyEnv)
	if err := r.prepareSentry(s); err != nil {
		return nil, err
	}
	for _, name := range s.DenyEnv {
		r.keepSecret(name)
	}
	return s, nil
}

// deny keeps the variables with the keys of jobs from all jobs' processes.
func (r *Runtime) deny(s *settings, jobs ...*messages.Kept) {
	for _, d := range jobs {
		for _, name := range config.Denied(d.Whole()) {
			r.keepSecret(name)
			s.DenyEnv = append(s.DenyEnv, name)
		}
	}
	slices.Sort(s.DenyEnv)
	s.DenyEnv = slices.Compact(s.DenyEnv)
}

// adjust replaces the settings by changed ones. The log's writer does so, too, when another node has made a job.
func (r *Runtime) adjust(change func(*settings)) {
	for {
		was := r.settings()
		next := *was
		change(&next)
		if r.now.CompareAndSwap(was, &next) {
			return
		}
	}
}

// replace goes on by other settings, and returns those before. The keys of the jobs that the API made are denied by them,
// also of one that another node makes meanwhile: then it looks again.
func (r *Runtime) replace(ctx context.Context, next *settings) (was *settings, err error) {
	for {
		was = r.settings()
		jobs, _, err := r.defined(ctx)
		if err != nil {
			next.closeSentry()
			return nil, err
		}
		r.deny(next, madeByAPI(jobs)...)
		if r.now.CompareAndSwap(was, next) {
			return was, nil
		}
	}
}

// denyAlso keeps the variables with the keys of jobs from all jobs' processes, from here on.
func (r *Runtime) denyAlso(jobs ...*messages.Kept) {
	r.adjust(func(s *settings) {
		s.DenyEnv = slices.Clone(s.DenyEnv)
		r.deny(s, jobs...)
	})
}

// defined are the jobs that the machine knows now, and the one-shots that are spent.
func (r *Runtime) defined(ctx context.Context) (jobs, spent []*messages.Kept, err error) {
	err = r.View(ctx, func(m *policy.Machine) {
		spent = m.Spent()
		jobs = definitionsOf(m.JobGlances(nil, "", policy.All))
	})
	return jobs, spent, err
}

// values are copies of definitions.
func values(jobs []*messages.Kept) []messages.Definition {
	all := make([]messages.Definition, len(jobs))
	for i, d := range jobs {
		all[i] = d.Whole()
	}
	return all
}

// madeByAPI are those of the jobs that the API made.
func madeByAPI(jobs []*messages.Kept) (out []*messages.Kept) {
	for _, d := range jobs {
		if d.ManagedBy == messages.ManagedByAPI {
			out = append(out, d)
		}
	}
	return out
}

func drafts(facts ...messages.Fact) (out []bus.Draft) {
	for _, f := range facts {
		out = append(out, bus.Draft{Fact: f})
	}
	return out
}
