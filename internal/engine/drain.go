package engine

import (
	"context"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/host"
	"curfew/supervisor/policy"
)

// Bounds of a stop, besides the time that attempts get.
const (
	quietTime  = 10 * time.Second // for what makes new work to end, and for supervisors to read the log
	tellTime   = 2 * time.Second  // for the last results to be logged
	stopMargin = 10 * time.Second // beyond the grace of attempts, for everything else
	sayEvery   = 5 * time.Second  // between two lines about what a stop waits for
	maxNamed   = 10               // attempts that such a line names
)

// Drain lets nothing new begin and waits until the attempts that run have ended by themselves, or ctx ends,
// which is the error. What is decided meanwhile is performed by the next start. Only Stop is to follow.
func (r *Runtime) Drain(ctx context.Context) error {
	if err := r.quiet(ctx); err != nil {
		return err
	}
	if err := r.await(ctx, "cron: stopping: waiting for attempts to finish"); err != nil {
		return err
	}
	r.tell(ctx)
	return nil
}

// tell waits a little until everybody has read how the last attempts ended: it stands in the log, and this is
// only so that it is said, too.
func (r *Runtime) tell(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, tellTime)
	defer cancel()
	err := r.View(ctx, func(*policy.Machine) {}) // what was published before is in the log now
	if err == nil && r.supervisors != nil {
		err = r.supervisors.CatchUp(ctx, r.log.Last())
	}
	if err != nil {
		r.o.Logger.Debug("cron: stopping: not everything was said", zap.Error(err))
	}
}

// await waits until no attempt is running, and says at once and then every few seconds what it waits for.
func (r *Runtime) await(ctx context.Context, what string) error {
	if r.host == nil {
		return nil
	}
	for {
		running := r.host.Running()
		if len(running) > 0 {
			r.o.Logger.Info(what, zap.Int("left", len(running)), zap.Strings("attempts", named(running)))
		}
		turn, cancel := context.WithTimeout(ctx, sayEvery)
		err := r.host.Drain(turn)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%d attempts have not returned: %w", len(r.host.Running()), context.Cause(ctx))
		}
	}
}

// named says which attempts those are, the oldest first.
func named(running []host.Running) []string {
	out := make([]string, 0, min(len(running), maxNamed))
	for _, a := range running[:cap(out)] {
		out = append(out, fmt.Sprintf("%s (run %s, attempt %d, for %s)", a.Job, a.Run, a.Attempt, time.Since(a.Since).Round(time.Second)))
	}
	return out
}
