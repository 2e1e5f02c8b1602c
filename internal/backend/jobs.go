package backend

import (
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// maxStates is how many jobs are read from the machine at once. Between two reads it decides: it must not stand still for
// longer than a commit takes.
const maxStates = 250

// Jobs lists jobs by name.
func (b backend) Jobs(ctx context.Context, q contract.JobQuery) (contract.JobList, error) {
	behind := b.historyBehind()
	items, next, err := b.jobs(ctx, q)
	return contract.JobList{List: contract.ListOf(items, next), HistoryBehind: contract.OrNull(behind)}, err
}

func (b backend) jobs(ctx context.Context, q contract.JobQuery) (items []contract.Job, next string, err error) {
	m, err := newMatcher(q.JobFilter)
	if err != nil {
		return nil, "", err
	}
	for after := q.After; ; {
		part, more, err := b.candidates(ctx, q, after)
		if err != nil {
			return nil, "", err
		}
		part = slices.DeleteFunc(part, func(l jobState) bool {
			g := l.view.Glance()
			return !m.wants(&g) || q.State != "" && stateOf(g) != q.State
		})
		if rest := q.Limit - len(items) + 1; !q.Failing && len(part) > rest {
			part = part[:rest] // as many as the page takes, and one that says that there are more
		}
		for _, job := range b.bodies(ctx, part) {
			if q.Failing && job.Failing == nil {
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

// historyBehind is how many records the run history has yet to take in, if what it says of the last runs of jobs is older
// than that; else zero. It is asked before them: what the history takes in meanwhile may be in an answer or not.
func (b backend) historyBehind() uint64 { return b.r.History().Lag() }

func isHeld(r policy.RunView) bool { return r.Status == messages.StatusHeld }

// jobState is a job as the machine has it, with its unfinished runs.
type jobState struct {
	view policy.JobView
	live map[messages.RunID]recorder.Live
}

// candidates are the next jobs that the query may select, from after a name on. The history keeps which jobs fail, so
// that nobody looks at all the others.
func (b backend) candidates(ctx context.Context, q contract.JobQuery, after string) (part []jobState, more string, err error) {
	most := min(maxStates, max(q.Limit+1, contract.DefaultLimit))
	if !q.Failing {
		return b.jobStates(ctx, after, most)
	}
	failing, err := b.r.History().Sums().Failing(ctx, after, most)
	if err != nil {
		return nil, "", historyProblem(err)
	}
	if len(failing) == most {
		more = failing[most-1].Job
	}
	err = b.view(ctx, func(m *policy.Machine) {
		for _, f := range failing {
			if l, ok := stateIn(m, f.Job); ok {
				part = append(part, l)
			}
		}
	})
	return part, more, err
}

// stateIn is a job in the machine; false: it has no such job.
func stateIn(m *policy.Machine, name string) (l jobState, ok bool) {
	l.live = map[messages.RunID]recorder.Live{}
	if l.view, ok = m.Job(name); ok {
		liveOf(l.view, l.live)
	}
	return l, ok
}

// jobStates reads at most most jobs by name, from after a name on; more is the name to go on after, and empty at the
// end.
func (b backend) jobStates(ctx context.Context, after string, most int) (part []jobState, more string, err error) {
	err = b.view(ctx, func(m *policy.Machine) {
		var names []string
		names, more = page(m.JobNames, contract.Page{Limit: most, After: after})
		for _, n := range names {
			l, _ := stateIn(m, n)
			part = append(part, l)
		}
	})
	return part, more, err
}

// listed is a list that page can ask.
func listed(names []string) func(after string, limit int) []string {
	return func(after string, limit int) []string {
		from, found := slices.BinarySearch(names, after)
		if found {
			from++
		}
		return names[from:][:min(limit, len(names)-from)]
	}
}

// page asks for a page of names; next is the cursor of the page after it, and empty at the end.
func page(list func(after string, limit int) []string, p contract.Page) (part []string, next string) {
	names := list(p.After, p.Limit+1)
	if len(names) <= p.Limit {
		return names, ""
	}
	return names[:p.Limit], names[p.Limit-1]
}
