package daemon

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"

	"curfew/internal/engine"
)

// A Signal told the daemon to stop. It is the cause of the context that it ended.
type Signal syscall.Signal

// Error names the signal.
func (s Signal) Error() string { return "told to stop: " + syscall.Signal(s).String() }

// What ends a phase of a stop early.
var (
	errHurried  = errors.New("hurried by another signal")
	errTimeIsUp = errors.New("time limit reached")
)

// stop lets the attempts that run finish for at most o.Drain, and then interrupts those that are left. Another
// order to stop ends the phase that is under way. The error is the runtime's, if it fails meanwhile.
func stop(ctx context.Context, rt *engine.Runtime, m *member, o Options, failed <-chan error) error {
	hup := errors.Is(context.Cause(ctx), Signal(syscall.SIGHUP))
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
	if hup {
		log.Warn("cron: the terminal that the daemon was started in is closed: it drains and stops, as with TERM")
	}
	log.Infow("cron: stopping: nothing new begins", "drain", o.Drain.String())
	if m.hurried(ctx, rt, o.Again) {
		log.Warn("cron: stopping: told to stop again; attempts are interrupted")
		o.Drain = 0
	}
	switch err := phase(ctx, o.Drain, o.Again, rt.Drain); {
	case errors.Is(err, errHurried):
		log.Warn("cron: stopping: told to stop again; attempts are interrupted")
	case err != nil && o.Drain > 0:
		log.Warnw("cron: stopping: attempts are interrupted", "why", err.Error())
	}
	if err := phase(ctx, rt.InterruptLimit(), o.Again, rt.Interrupt); err != nil {
		log.Warnw("cron: stopping before everything has come to its end", "why", err.Error())
	}
	return context.Cause(ctx)
}

// phase runs one phase of the stop for at most limit; another order to stop ends it early.
func phase(ctx context.Context, limit time.Duration, again <-chan struct{}, run func(context.Context) error) error {
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
	return run(ctx)
}

// closeRuntime ends the runtime; another order to stop ends the waiting for it.
func closeRuntime(ctx context.Context, rt *engine.Runtime, again <-chan struct{}) error {
	done := make(chan error, 1)
	go func() { done <- rt.Stop(context.WithoutCancel(ctx)) }()
	select {
	case err := <-done:
		return err
	case <-again:
		return fmt.Errorf("the log was not closed in order: %w", errHurried)
	}
}
