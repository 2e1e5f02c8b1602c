package engine

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/secrets"
	"curfew/actors/system/gate"
	"curfew/actors/system/metrics"
	"curfew/bus"
	"curfew/supervisor/policy"
)

// Start recovers the state from the journal, records how the runtime is configured, and starts the parts that act.
// An attempt that was in flight when the last runtime ended is reported as interrupted; one that never began,
// because that runtime was stopping, is performed.
func Start(ctx context.Context, o Options) (*Runtime, error) {
	r := newRuntime(o)
	was, err := r.open(ctx)
	if err != nil {
		r.closeSentry()
		return nil, errors.Join(err, r.o.History.Close(), r.o.Journal.Close())
	}
	if err := r.begin(ctx, was); err != nil {
		return nil, errors.Join(err, r.Stop(ctx))
	}
	return r, nil
}

// newRuntime is a runtime of which nothing has been started.
func newRuntime(o Options) *Runtime {
	r := &Runtime{o: o, secrets: &secrets.Set{}, metrics: metrics.New(), wall: o.Now, fatal: make(chan error, 1)}
	if r.wall == nil {
		r.wall = time.Now
	}
	r.since = r.Now()
	if r.o.Logger == nil {
		r.o.Logger = zap.NewNop()
	}
	r.o.Logger = r.o.Logger.WithOptions(r.secrets.Log())
	r.house = newHousekeeper(r)
	r.rush = newRush(r)
	return r
}

// open puts in order what the last runtime has left behind, and opens the log with the recovered machine. When it
// fails there is no log.
func (r *Runtime) open(ctx context.Context) (was recovered, err error) {
	s, err := r.prepare(r.o.Config)
	if err != nil {
		return was, err
	}
	r.now.Store(s)
	if r.store, err = gate.OpenStore(r.o.Tokens, r.secrets); err != nil {
		return was, err
	}
	renewals{r}.hideAll()
	if err := r.lookForLoss(); err != nil {
		return was, r.advise(err)
	}
	if err := r.endOrphans(ctx); err != nil {
		return was, err
	}
	r.warnUnset()
	r.log, err = bus.Open(bus.Options{
		Journal: r.o.Journal, Recover: func() (err error) { was, err = r.recover(); return err },
		Admit: r.admit, Step: r.step, Apply: r.apply, Send: r.o.Send, Refusals: policy.Refusals(), PolicyVersion: policy.Version,
		Now: r.o.Now, Settle: r.o.Settle, Order: r.o.Order, Stopped: r.fail, Logger: r.o.Logger,
		Appended: r.metrics.Appended,
	})
	if err == nil {
		r.denyAlso(madeByAPI(was.definitions())...)
	}
	return was, r.advise(err)
}

// begin records the configuration and what became of the attempts in flight, and starts the parts that act. A node of a
// fleet follows at first: it records nothing, and has no duties.
func (r *Runtime) begin(ctx context.Context, was recovered) error {
	release := r.log.Hold() // what follows is read by the parts that are started after it
	if r.fleet() {
		defer release()
		r.agree(was)
		return r.launch(ctx, was, leftover{}, was.last+1)
	}
	base, err := r.configure(ctx, was)
	if err != nil {
		return err
	}
	recorded := r.log.Last()
	left, err := r.leftover(ctx, was)
	if err != nil {
		return err
	}
	r.tellUnordered(was, left)
	// Before timers are armed: the timer of an interrupted canary opens no gate.
	if err := r.reportInterrupted(ctx, left); err != nil {
		return err
	}
	if err := r.launch(ctx, was, left, base); err != nil {
		return err
	}
	if err := r.takeUp(ctx, was); err != nil {
		return err
	}
	r.background.Go(func(ctx context.Context) {
		defer release()
		_ = r.supervisors.CatchUp(ctx, recorded) // else the runtime stops
	})
	return nil
}
