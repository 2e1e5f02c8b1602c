package backend

import (
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// JobsPage lists jobs in any order, each with its newest runs. Which jobs they are is as old as the catalogue may be;
// what it says of them is as it is now.
func (b backend) JobsPage(ctx context.Context, q contract.JobsQuery) (contract.JobsPage, error) {
	out := contract.JobsPage{HistoryBehind: contract.OrNull(b.historyBehind())}
	m, err := newMatcher(q.JobFilter)
	if err != nil {
		return out, err
	}
	from, err := cutOf(q)
	if err != nil {
		return out, err
	}
	var names []string
	err = b.use(ctx, func(c *catalogue) error {
		past, err := b.outcomesOf(ctx, c, q.Failing, q.Sort)
		if err != nil {
			out.Trouble = err.Error()
		}
		out.States = b.pick(c, m, q.Sort, past, from)
		if from.from != nil && from.short() {
			from.restart()
			out.States = b.pick(c, m, q.Sort, past, from)
		}
		page, first, next, previous := from.result()
		if next {
			out.Next = page[len(page)-1].cursor()
		}
		if previous {
			out.Previous = page[0].cursor()
		}
		for _, p := range page {
			names = append(names, p.name)
		}
		out.First, out.Matching, out.All = first, from.all, len(c.jobs)
		out.Actors, out.Sessions, out.Tags = c.actors, c.sessions, c.tags
		return nil
	})
	if err != nil {
		return out, err
	}
	return out, b.fill(ctx, names, q.StripMax, &out)
}

// cutOf is the page that is asked for.
func cutOf(q contract.JobsQuery) (*cut, error) {
	out := &cut{limit: max(1, min(q.Limit, contract.MaxJobsPage))}
	out.order = order{byName: q.Sort == "" || q.Sort == contract.SortName, reverse: q.Reverse}
	cursor := q.After
	if q.Before != "" {
		cursor, out.before = q.Before, true
	}
	if cursor == "" {
		return out, nil
	}
	at, err := placeOf(cursor)
	out.from = &at
	return out, err
}

// pick offers all jobs that a filter selects to a page, and counts the states of those that it selects but for theirs.
func (b backend) pick(c *catalogue, m matcher, by contract.JobSort, past outcomes, to *cut) map[contract.JobState]int {
	states := make(map[contract.JobState]int)
	now := b.r.Now()
	c.slotsAsOf(now)
	for i := range c.jobs {
		g := &c.jobs[i]
		if !m.wants(g) || m.Failing && past.failing[g.Definition.Job] == 0 {
			continue
		}
		state := stateOf(*g)
		states[state]++
		if m.State != "" && m.State != state {
			continue
		}
		p := place{name: g.Definition.Job}
		switch by {
		case contract.SortState:
			p.key = int64(slices.Index(contract.StatesByUrgency, state))
		case contract.SortNext:
			p.key = keyOf(b.next(c, g, now))
		case contract.SortLast:
			p.key = keyOf(past.ended[g.Definition.Job])
			if p.key != unknown {
				p.key = -p.key
			}
		case contract.SortFailing:
			p.key = keyOf(past.failing[g.Definition.Job])
		}
		to.offer(p)
	}
	return states
}

func keyOf(at messages.Instant) int64 {
	if at.IsZero() {
		return unknown
	}
	return int64(at)
}

// fill shows jobs by their names, as they are now. One that has gone in the meantime is left out. When their past runs
// cannot be read, the page says so, and has the rest.
func (b backend) fill(ctx context.Context, names []string, strip int, out *contract.JobsPage) error {
	var views []policy.JobView
	live := map[messages.RunID]recorder.Live{}
	err := b.view(ctx, func(m *policy.Machine) {
		for _, n := range names {
			if v, ok := m.Job(n); ok {
				views = append(views, v)
				liveOf(v, live)
			}
		}
	})
	if err != nil || len(views) == 0 {
		return err
	}
	runs, err := b.r.History().Newest(ctx, names, max(1, min(strip, contract.MaxStrip)), lookup(live))
	if err != nil {
		out.Trouble = historyProblem(err).Error()
	}
	for _, v := range views {
		row := contract.JobRow{Job: b.present(v, nil)}
		for i, m := range runs[row.Name] {
			if i == 0 {
				row.LastRun = &contract.LastRun{
					ID: m.ID, Slot: m.Slot, Status: m.Status, Reason: contract.OrNull(m.Reason), FinishedAt: m.FinishedAt,
				}
			}
			if i < strip {
				row.Runs = append(row.Runs, markOf(m))
			}
		}
		if mayFail(runs[row.Name]) {
			if row.Failing, err = b.failing(ctx, row.Name); err != nil {
				out.Trouble = err.Error()
			}
		}
		out.Items = append(out.Items, row)
	}
	return nil
}

// mayFail reports whether a job may fail by its newest runs: the newest that succeeded or failed has not succeeded.
func mayFail(newest []recorder.Mark) bool {
	for _, m := range newest {
		switch m.Status {
		case messages.StatusSucceeded:
			return false
		case messages.StatusFailed:
			return true
		}
	}
	return len(newest) > 0
}

func markOf(m recorder.Mark) contract.RunMark {
	return contract.RunMark{ID: m.ID, Status: m.Status, Reason: m.Reason, Slot: m.Slot, StartedAt: m.StartedAt, FinishedAt: m.FinishedAt}
}
