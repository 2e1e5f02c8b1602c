package backend

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"curfew/bus"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// JobsSelected are the jobs that a filter selects, by name.
func (b backend) JobsSelected(ctx context.Context, f contract.JobFilter) ([]contract.JobBrief, error) {
	m, err := newMatcher(f)
	if err != nil {
		return nil, err
	}
	from := &cut{order: order{byName: true}, limit: contract.MaxJobsOrder}
	err = b.use(ctx, func(c *catalogue) error {
		past, err := b.outcomesOf(ctx, c, f.Failing, "")
		if err == nil {
			b.pick(c, m, contract.SortName, past, from)
		}
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case from.all > contract.MaxJobsOrder:
		return nil, contract.Refused("%d jobs match, and an order can be about at most %d: filter for fewer, or select them page by page",
			from.all, contract.MaxJobsOrder)
	}
	page, _, _, _ := from.result()
	names := make([]string, len(page))
	for i, p := range page {
		names[i] = p.name
	}
	return b.JobsNamed(ctx, names)
}

// JobsNamed are jobs by their names.
func (b backend) JobsNamed(ctx context.Context, names []string) ([]contract.JobBrief, error) {
	out := make([]contract.JobBrief, 0, len(names))
	for part := range slices.Chunk(names, maxStates) {
		err := b.view(ctx, func(m *policy.Machine) {
			for _, n := range part {
				v, ok := m.Job(n)
				out = append(out, briefOf(n, v, ok))
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func briefOf(name string, v policy.JobView, ok bool) contract.JobBrief {
	if !ok {
		return contract.JobBrief{Name: name}
	}
	g := v.Glance()
	return contract.JobBrief{
		Name: name, State: stateOf(g), Disabled: v.Definition.Disabled, Paused: v.Paused,
		Running: int(g.Running), Waiting: int(g.BackingOff + g.Queued + g.Held),
	}
}

// OrderJobs gives one order to several jobs. Their facts are one commit.
func (b backend) OrderJobs(ctx context.Context, do contract.JobAction, names []string) ([]contract.JobOutcome, error) {
	if n := len(names); n > contract.MaxJobsOrder {
		return nil, contract.Refused("the order is about %d jobs, and at most %d are allowed", n, contract.MaxJobsOrder)
	}
	if do == contract.ActionRun || do == contract.ActionResume {
		if err := b.stopping(); err != nil {
			return nil, err
		}
	}
	was, err := b.JobsNamed(ctx, unique(names))
	if err != nil {
		return nil, err
	}
	drafts := make([]bus.Draft, len(was))
	for i, j := range was {
		if drafts[i], err = draftOf(ctx, do, j.Name); err != nil {
			return nil, err
		}
	}
	got, err := b.r.Log().Commit(ctx, drafts...)
	if len(got) != len(drafts) {
		return nil, notOrdered(err)
	}
	refused := refusedOf(err)
	out := make([]contract.JobOutcome, len(was))
	for i, j := range was {
		out[i] = contract.JobOutcome{Was: j, Refused: refused[drafts[i].ID]}
		for _, d := range got[i].Decisions {
			if q, ok := d.(messages.RunQueued); ok {
				out[i].Run = q.Run
			}
		}
	}
	if do == contract.ActionRun {
		err := b.join(ctx, out)
		return out, carriedOut(err)
	}
	return out, nil
}

func unique(names []string) (out []string) {
	seen := make(map[string]bool, len(names))
	for _, n := range names {
		if !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// draftOf is the fact of an order, with an id by which its refusal is found.
func draftOf(ctx context.Context, do contract.JobAction, job string) (bus.Draft, error) {
	by := caller(ctx)
	switch do {
	case contract.ActionRun:
		request := requestOf(ctx, job)
		return bus.Draft{ID: request, Fact: messages.RunRequested{Job: job, Request: request, By: by}}, nil
	case contract.ActionPause:
		return bus.Draft{ID: uuid.NewString(), Fact: messages.JobPaused{Job: job, By: by}}, nil
	case contract.ActionResume:
		return bus.Draft{ID: uuid.NewString(), Fact: messages.JobResumed{Job: job, By: by}}, nil
	case contract.ActionCancel:
		return bus.Draft{ID: uuid.NewString(), Fact: messages.CancelRequested{Job: job, By: by}}, nil
	}
	return bus.Draft{}, contract.Malformed("%q is not a valid order; known are %v", contract.Cut(string(do)), contract.JobActions)
}

// notOrdered is the answer to an order of which the log took nothing, as far as is known.
func notOrdered(err error) error {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return contract.Unavailable("the order was given, and whether it was carried out is not known yet: look at the jobs again")
	}
	return refusal(err)
}

// refusedOf are the reasons of the facts that were refused, by their ids.
func refusedOf(err error) map[string]string {
	out := make(map[string]string)
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return out
	}
	for _, one := range joined.Unwrap() {
		r, ok := errors.AsType[*bus.Refused](one)
		switch {
		case !ok:
		case errors.Is(r, policy.ErrUnknownJob):
			out[r.ID] = "there is no such job any more"
		default:
			out[r.ID] = forPeople(r.Err)
		}
	}
	return out
}

// join finds the runs that requests have joined, because they made none.
func (b backend) join(ctx context.Context, all []contract.JobOutcome) error {
	for part := range slices.Chunk(all, maxStates) {
		err := b.view(ctx, func(m *policy.Machine) {
			for i := range part {
				if o := &part[i]; o.Refused == "" && o.Run == "" {
					v, _ := m.Job(o.Was.Name)
					run, _ := joined(v.Runs, "")
					o.Run, o.Joined = run.ID, true
				}
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}
