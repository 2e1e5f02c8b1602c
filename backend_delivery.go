package curfew

import (
	"context"

	"curfew/internal/api"
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
