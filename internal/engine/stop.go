package engine

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"curfew/actors/system/host"
	"curfew/messages"
)

// InterruptLimit is how long Interrupt may take at most.
func (r *Runtime) InterruptLimit() time.Duration {
	return cmp.Or(r.o.Grace, host.DefaultGrace) + stopMargin
}

// Stopping reports whether a stop has begun: nothing new begins any more.
func (r *Runtime) Stopping() bool { return r.stopping.Load() }

// quiet stops what makes new work, once: the clock, the timers, and the start of attempts.
func (r *Runtime) quiet(ctx context.Context) error {
	r.quieted.Do(func() {
		r.stopping.Store(true)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), quietTime)
		defer cancel()
		var errs []error
		if r.ticker != nil {
			errs = append(errs, r.ticker.Stop(ctx))
		}
		if r.waker != nil {
			r.waker.Stop()
		}
		if r.refresher != nil {
			r.refresher.Stop()
		}
		if r.supervisors != nil {
			seq, err := r.supervisors.Freeze(ctx, r.log.Last)
			errs = append(errs, err, r.saveMark(seq))
		}
		r.quietErr = errors.Join(errs...)
	})
	return r.quietErr
}

// Interrupt tells the attempts that are left to stop, once, and waits for them: for their grace, or until
// ctx ends. What is still there then is found at the next start.
func (r *Runtime) Interrupt(ctx context.Context) error {
	r.interrupted.Do(func() {
		if r.supervisors == nil {
			return
		}
		ctx, cancel := context.WithTimeout(ctx, r.InterruptLimit())
		defer cancel()
		if _, err := r.Commit(ctx, "", messages.RuntimeStopped{Left: len(r.host.Running())}); err != nil {
			r.o.Logger.Debug("cron: stopping: the journal does not say so", zap.Error(err)) // it is what stops the runtime
		}
		r.interruptErr = errors.Join(
			r.supervisors.Stop(ctx),
			r.await(ctx, "cron: stopping: attempts were told to stop; waiting for them to return"))
	})
	return r.interruptErr
}

// Stop ends the runtime: first what makes new work, then the attempts in flight, which are interrupted, then
// the log. It waits for attempts only until ctx ends; what has not returned by then is found at the next start.
func (r *Runtime) Stop(ctx context.Context) error {
	errs := []error{r.quiet(ctx), r.Interrupt(ctx)}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopMargin)
	defer cancel()
	if r.pool != nil {
		r.pool.Close()
	}
	r.hush()
	if r.gate != nil {
		errs = append(errs, r.gate.Stop(ctx))
	}
	errs = append(errs, r.stopRecording())
	if r.unfollow != nil {
		r.unfollow()
		r.follow.Wait()
		if err := r.keeper.snapshot(ctx); err != nil {
			r.o.Logger.Warn("cron: no snapshot at the stop; the next start reads more of the journal", zap.Error(err))
		}
	}
	return errors.Join(append(errs, r.log.Close())...)
}

// hush ends those who tell, after what is on its way has had a moment to arrive.
func (r *Runtime) hush() {
	if r.notifier != nil {
		r.notifier.Stop()
	}
	if r.pinger != nil {
		r.pinger.Stop()
	}
	if r.sentry != nil {
		r.sentry.Close()
	}
}
