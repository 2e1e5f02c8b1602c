package backend

import (
	"context"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/internal/api"
	"curfew/messages"
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
