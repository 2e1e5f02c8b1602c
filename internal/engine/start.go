package engine

import (
	"context"
	"errors"
	"time"

	"go.uber.org/zap"

	"curfew/actors/env/secrets"
	"curfew/actors/system/gate"
	"curfew/actors/system/recorder"
	"curfew/bus"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// Start recovers the state from the journal, records how the runtime is configured, and starts the parts that act.
// An attempt that was in flight when the last runtime ended is reported as interrupted; one that never began,
// because that runtime was stopping, is performed.
func Start(ctx context.Context, o Options) (rt *Runtime, err error) {
	r := &Runtime{o: o, secrets: &secrets.Set{}, wall: o.Now, fatal: make(chan error, 1)}
	if r.wall == nil {
		r.wall = time.Now
	}
	r.since = messages.At(r.wall())
	if r.o.Logger == nil {
		r.o.Logger = zap.NewNop()
	}
	r.o.Logger = r.o.Logger.WithOptions(r.secrets.Log())
	if r.o.History == nil {
		r.o.History = &recorder.Memory{}
	}
	r.house = newHousekeeper(r)
	defer func() {
		if err != nil && r.log == nil {
			r.stopNotifying()
			err = errors.Join(err, r.o.History.Close(), o.Journal.Close())
		}
	}()
	for _, name := range r.o.Config.DenyEnv {
		r.keepSecret(name)
	}
	if r.store, err = gate.OpenStore(o.Tokens, r.secrets); err != nil {
		return nil, err
	}
	if err := r.lookForLoss(); err != nil {
		return nil, Advise(err)
	}
	if err := r.endOrphans(ctx); err != nil {
		return nil, err
	}
	if err := r.openSentry(); err != nil {
		return nil, err
	}
	r.warnUnset()
	var was recovered
	r.log, err = bus.Open(bus.Options{
		Journal: o.Journal, Recover: func() (err error) { was, err = r.recover(); return err },
		Admit: r.admit, Step: r.step, PolicyVersion: policy.Version,
		Now: o.Now, Settle: o.Settle, Order: o.Order, Stopped: r.fail, Logger: r.o.Logger,
	})
	if err != nil {
		return nil, Advise(err)
	}
	base, err := r.configure(ctx, was)
	var left leftover
	if err == nil {
		left, err = r.leftover(ctx, was)
	}
	if err == nil {
		err = r.reportInterrupted(ctx, left) // before timers are armed: the timer of an interrupted canary opens no gate
	}
	if err == nil {
		err = r.launch(ctx, was, left, base)
	}
	if err != nil {
		return nil, errors.Join(err, r.Stop(ctx))
	}
	return r, nil
}
