package engine

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"curfew/actors/system/metrics"
	"curfew/internal/build"
	"curfew/supervisor/policy"
)

// startMetrics begins to count, from the recovered state on.
func (r *Runtime) startMetrics(was recovered) {
	r.metrics.Start(metrics.Config{
		Reader: r.reader("metrics", was.last, metrics.Topics...), Jobs: was.definitions(), Gates: was.gates,
		Look: r.look, Now: r.wall, Version: build.Version(), Rest: r.rush.waits, Fatal: r.fail,
	})
}

// look is what a scrape shows besides the counters.
func (r *Runtime) look(ctx context.Context) (now metrics.Snapshot, err error) {
	now = metrics.Snapshot{
		Abandoned: r.Abandoned(), Parked: len(r.log.Parked()), Records: r.log.Last(), Behind: r.log.Behind(),
	}
	if f, ok := r.Fleet(ctx); ok {
		now.Fleet = &metrics.Fleet{Decides: r.log.Leads(), Connected: f.Connected, Behind: f.Behind}
	}
	err = r.View(ctx, func(m *policy.Machine) {
		now.Glance, now.Load, now.Nodes = m.Glance(), m.Load(), m.Listed(r.Now())
		for _, u := range m.Untold() {
			if len(u.Refused) > 0 { // a new one is just being sent
				now.Undelivered++
			}
		}
	})
	return now, err
}

// Metrics has what was counted.
func (r *Runtime) Metrics() prometheus.Gatherer { return r.metrics.Gatherer() }
