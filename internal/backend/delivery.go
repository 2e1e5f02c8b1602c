package backend

import (
	"context"

	"curfew/actors/system/notifier"
	"curfew/internal/api"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/supervisor/policy"
)

// lost fills in which deliveries of runs failed for good.
func (b backend) lost(ctx context.Context, runs ...*api.Run) error {
	return b.r.View(ctx, func(m *policy.Machine) {
		for _, run := range runs {
			for _, l := range m.Lost(run.Job) {
				if l.Run == run.ID {
					run.DeliveryFailed = append(run.DeliveryFailed, l.To)
				}
			}
		}
	})
}

// deliveries fills in what became of everything that a run had to say. Before it is over it has said nothing.
func (b backend) deliveries(ctx context.Context, run *api.Run, from uint64) error {
	run.Deliveries = []explain.Delivery{}
	if run.FinishedAt.IsZero() {
		return nil
	}
	free, err := b.explainer(ctx)
	if err != nil {
		return err
	}
	defer free()
	if run.Deliveries, err = find.Deliveries(ctx, b.r.Journal(), run.Job, run.ID, from); err != nil {
		return err
	}
	return b.onTheirWay(ctx, run.Deliveries)
}

// onTheirWay adds to deliveries that wait what the notifier knows of them.
func (b backend) onTheirWay(_ context.Context, ds []explain.Delivery) error {
	targets := b.targetStates()
	for i := range ds {
		d := &ds[i]
		t, known := targets[d.To]
		if d.State != explain.DeliveryWaiting || !known {
			continue
		}
		if d.NextTry = t.NextTry; t.Letter == d.ID {
			d.Tries = t.Tries
		}
		if t.State == notifier.StateFailing {
			d.Error = api.OrNull(t.Error) // those behind the first wait for the same reason
		}
	}
	return nil
}
