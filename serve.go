package curfew

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"time"

	"curfew/internal/api"
	"curfew/internal/cli"
	"curfew/internal/systemd"
	"curfew/supervisor/policy"
)

// What ends a part of a stop.
var (
	errHurried  = errors.New("hurried by another signal")
	errTimeIsUp = errors.New("the time for it is up")
)

// attend answers requests until ctx ends or the runtime cannot go on, and then lets what runs come to its end.
// Requests are answered as long as anything runs. What attempts are cut short by comes out of Stop.
func attend(ctx context.Context, rt *Runtime, l *api.Listener, o cli.StartOptions) error {
	manager := systemd.New(o.Log)
	answering, silence := context.WithCancel(context.WithoutCancel(ctx))
	defer silence()
	served := make(chan error, 1)
	go func() { served <- api.Serve(answering, l, rt.API(), o.Log) }()
	go manager.Watch(answering, rt.glance)
	go tend(answering, l, o.Log)
	manager.Ready()
	failed := make(chan error, 1)
	go func() { failed <- rt.Wait(answering) }()
	var err error
	select {
	case err = <-served:
		return err
	case err = <-failed:
	case <-ctx.Done():
	}
	manager.Stopping()
	if err == nil {
		err = rt.leave(ctx, o, failed)
	}
	silence()
	return errors.Join(err, <-served)
}

// leave drains the runtime, and then interrupts what is left. An order to stop that comes meanwhile ends the
// one and, if it is in the other, that. If the runtime itself fails, that is the error.
func (r *Runtime) leave(ctx context.Context, o cli.StartOptions, failed <-chan error) error {
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
	if err := step(ctx, r.grace()+stopMargin, o.Again, r.interrupt); err != nil {
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

// close ends the runtime; another order to stop ends the waiting for that.
func (r *Runtime) close(ctx context.Context, again <-chan struct{}) error {
	done := make(chan error, 1)
	go func() { done <- r.Stop(context.WithoutCancel(ctx)) }()
	select {
	case err := <-done:
		return err
	case <-again:
		return fmt.Errorf("curfew: the log was not closed in order: %w", errHurried)
	}
}

// glance is a line about the runtime, for whoever looks at its service. It fails when the log's writer
// does not answer.
func (r *Runtime) glance(ctx context.Context) (string, error) {
	const most = 3 // sessions that are named
	var g policy.Glance
	if err := r.View(ctx, func(m *policy.Machine) { g = m.Glance() }); err != nil {
		return "", err
	}
	var b strings.Builder
	running := len(r.host.Running())
	if r.stopping.Load() {
		fmt.Fprintf(&b, "stopping, %d attempts left", running)
	} else {
		fmt.Fprintf(&b, "%d jobs, %d attempts running", g.Jobs, running)
	}
	for i, s := range g.Sessions {
		if i == most {
			fmt.Fprintf(&b, ", and %d more", len(g.Sessions)-most)
			break
		}
		fmt.Fprintf(&b, ", %s %s", s.Name, s.State)
	}
	return b.String(), nil
}
