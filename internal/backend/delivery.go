package backend

import (
	"context"

	"curfew/actors/system/notifier"
	"curfew/internal/contract"
	"curfew/internal/explain"
	"curfew/internal/explain/find"
	"curfew/supervisor/policy"
)

// addLost fills in the targets to which deliveries of runs have failed for good.
func (b backend) addLost(ctx context.Context, runs ...*contract.Run) error {
	return b.view(ctx, func(m *policy.Machine) {
		for _, run := range runs {
			for _, l := range m.Lost(run.Job) {
				if l.Run == run.ID {
					run.DeliveryFailed = append(run.DeliveryFailed, l.To)
				}
			}
		}
	})
}

// addDeliveries fills in what became of each delivery of a run, reading the journal from seq from. A run that has not
// finished has none.
func (b backend) addDeliveries(ctx context.Context, run *contract.Run, from uint64) error {
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
	b.addTargetStates(run.Deliveries)
	return nil
}

// addTargetStates fills in, for the deliveries that wait, what the notifier knows of their targets.
func (b backend) addTargetStates(ds []explain.Delivery) {
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
			d.Error = contract.OrNull(t.Error) // the later ones wait for the same reason as the first
		}
	}
}
