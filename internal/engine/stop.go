package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/host"
	"curfew/messages"
)

// InterruptLimit is how long [Runtime.Interrupt] takes at most: the grace of attempts and a margin.
func (r *Runtime) InterruptLimit() time.Duration {
	return cmp.Or(r.o.Grace, host.DefaultGrace) + stopMargin
}

// Stopping reports whether a stop has begun, so that nothing new begins.
func (r *Runtime) Stopping() bool { return r.stopping.Load() }

// stopNewWork stops the parts that make new work, once, and the start of attempts. The mark says from where on starts have not begun.
func (r *Runtime) stopNewWork(ctx context.Context) error {
	r.frozen.Do(func() {
		r.configuring.Lock() // what is being changed is changed to its end
		r.stopping.Store(true)
		r.configuring.Unlock()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freezeTime)
		defer cancel()
		var errs []error
		errs = append(errs, r.duties.Load().freeze(ctx))
		if reader := r.signIns.Load(); reader != nil {
			reader.Stop()
		}
		if r.supervisors != nil {
			seq, err := r.supervisors.Freeze(ctx, r.log.Last)
			errs = append(errs, err, r.saveMark(seq))
		}
		r.freezeErr = errors.Join(errs...)
	})
	return r.freezeErr
}

// Interrupt tells the attempts that still run to stop, once, and waits for them, for at most their grace or until
// ctx ends. The next start reports those that have not returned by then. The error says how many they are: actors that
// take too long to stop may leave none.
func (r *Runtime) Interrupt(ctx context.Context) error {
	r.interrupted.Do(func() {
		if r.supervisors == nil {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, r.InterruptLimit())
		defer cancel()
		r.recordStop(ctx)
		if err := r.supervisors.Stop(ctx); err != nil { // so the time is up
			r.interruptErr = fmt.Errorf("%w; %s", err, r.left())
			return
		}
		r.interruptErr = r.awaitAttempts(ctx, "cron: stopping: attempts were told to stop; waiting for them to return")
	})
	return r.interruptErr
}

// recordStop records that the runtime stops. A node of a fleet does not: the fleet goes on.
func (r *Runtime) recordStop(ctx context.Context) {
	if r.fleet() {
		return
	}
	if _, err := r.Commit(ctx, "", messages.RuntimeStopped{Left: len(r.host.Running())}); err != nil {
		// The journal's failure may be the reason of the stop, and then it has been logged.
		r.o.Logger.Debug("cron: stopping: the stop is not in the journal", zap.Error(err))
	}
}

// Stop ends the runtime: first the parts that make new work, then the attempts in flight, which it interrupts, and
// at last the log. It waits for attempts only until ctx ends; the next start reports those that have not returned
// by then.
func (r *Runtime) Stop(ctx context.Context) error {
	errs := []error{r.stopNewWork(ctx), r.Interrupt(ctx)}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopMargin)
	defer cancel()
	r.duties.Load().hush()
	r.closeSentry()
	if r.gate != nil {
		errs = append(errs, r.gate.Stop(ctx))
	}
	r.rush.stop()
	r.readers.Stop()
	errs = append(errs, r.stopHistory())
	r.metrics.Stop()
	r.duties.Load().endTraces()
	if r.background != nil {
		r.background.Stop()
		if err := r.house.snapshot(ctx); err != nil {
			r.o.Logger.Warn("cron: no snapshot at the stop; the next start reads more of the journal", zap.Error(err))
		}
	}
	return errors.Join(append(errs, r.log.Close())...)
}
