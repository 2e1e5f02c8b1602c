package daemon

import (
	"context"
	"errors"
	"syscall"
	"time"

	"curfew/internal/cli"
	"curfew/internal/engine"
)

// What ends a part of a stop.
var (
	errHurried  = errors.New("hurried by another signal")
	errTimeIsUp = errors.New("the time for it is up")
)

// leave drains the runtime, and then interrupts what is left. An order to stop that comes meanwhile ends the
// one and, if it is in the other, that. If the runtime itself fails, that is the error.
func leave(ctx context.Context, r *engine.Runtime, o cli.StartOptions, failed <-chan error) error {
	why := context.Cause(ctx)
	ctx, end := context.WithCancelCause(context.WithoutCancel(ctx))
	defer end(nil)
	go func() {
		select {
		case err := <-failed:
			end(err)
		case <-ctx.Done():
		}
	}()
	log := o.Log.Sugar()
	if order := (cli.Order{}); errors.As(why, &order) && order.Signal == syscall.SIGHUP {
		log.Warn("cron: HUP: a running daemon does not take in a changed job file; it drains and stops, as with TERM. Start it again")
	}
	log.Infow("cron: stopping: nothing new begins", "drain", o.Drain.String())
	switch err := step(ctx, o.Drain, o.Again, r.Drain); {
	case errors.Is(err, errHurried):
		log.Warn("cron: stopping: told so again; attempts are interrupted")
	case err != nil && o.Drain > 0:
		log.Warnw("cron: stopping: attempts are interrupted", "why", err.Error())
	}
	if err := step(ctx, r.InterruptLimit(), o.Again, r.Interrupt); err != nil {
		log.Warnw("cron: stopping without the attempts that are left: the next start reports them", "why", err.Error())
	}
	return context.Cause(ctx)
}

// step gives a part of a stop that long, unless somebody is tired of it.
func step(ctx context.Context, limit time.Duration, again <-chan struct{}, f func(context.Context) error) error {
	ctx, hurry := context.WithCancelCause(ctx)
	defer hurry(nil)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errTimeIsUp)
	defer cancel()
	go func() {
		select {
		case <-again:
			hurry(errHurried)
		case <-ctx.Done():
		}
	}()
	return f(ctx)
}
