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
	freezeTime  = 10 * time.Second // for the parts that make new work to stop, and for supervisors to read the log
	catchUpTime = 2 * time.Second  // for the last results to reach the program's log
	stopMargin  = 10 * time.Second // beyond the grace of attempts, for everything else
	reportEvery = 5 * time.Second  // between two lines about what a stop waits for
	maxNamed    = 10               // names in a line of the program's log
)

// Drain lets nothing new begin and waits until the attempts that run have ended by themselves. The error says how
// many still run when ctx ends. Starts that are decided meanwhile are performed by the next runtime. After Drain
// only [Runtime.Interrupt] and [Runtime.Stop] may follow.
func (r *Runtime) Drain(ctx context.Context) error {
	if err := r.stopNewWork(ctx); err != nil {
		return err
	}
	if err := r.awaitAttempts(ctx, "cron: stopping: waiting for attempts to finish"); err != nil {
		return err
	}
	r.catchUp(ctx)
	return nil
}

// catchUp waits up to 2 s so that the last results reach the program's log; they are already durable.
func (r *Runtime) catchUp(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, catchUpTime)
	defer cancel()
	err := r.View(ctx, func(*policy.Machine) {}) // what attempts have said before is durable now
	if err == nil && r.supervisors != nil {
		err = r.supervisors.CatchUp(ctx, r.log.Last())
	}
	if err != nil {
		r.o.Logger.Debug("cron: stopping: some results were not logged before the stop", zap.Error(err))
	}
}

// awaitAttempts waits until no attempt is running. It logs at once, and then every few seconds, which ones still are.
func (r *Runtime) awaitAttempts(ctx context.Context, what string) error {
	if r.host == nil {
		return nil
	}
	for {
		running := r.host.Running()
		if len(running) > 0 {
			r.o.Logger.Info(what, zap.Int("left", len(running)), zap.Strings("attempts", describe(running)))
		}
		turn, cancel := context.WithTimeout(ctx, reportEvery)
		err := r.host.Drain(turn)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", r.left(), context.Cause(ctx))
		}
	}
}

// left says how many attempts run now.
func (r *Runtime) left() string {
	n := len(r.host.Running())
	if n == 0 {
		return "no attempt is left"
	}
	return fmt.Sprintf("%d attempts have not returned", n)
}

// describe names the oldest of some attempts, for the program's log.
func describe(running []host.Running) []string {
	out := make([]string, 0, min(len(running), maxNamed))
	for _, a := range running[:cap(out)] {
		out = append(out, fmt.Sprintf("%s (run %s, attempt %d, for %s)",
			a.Job, a.Run, a.Attempt, time.Since(a.Since).Round(time.Second)))
	}
	return out
}
