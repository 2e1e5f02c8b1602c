// Package daemon is one process on a data folder: it starts a runtime, answers requests over a socket, and lets what runs
// come to its end when it is told to stop.
package daemon

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/procs"
	history "curfew/actors/system/recorder/sqlite"
	"curfew/bus"
	"curfew/bus/sqlite"
	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/cli"
	"curfew/internal/datadir"
	"curfew/internal/engine"
	"curfew/internal/lock"
	"curfew/internal/systemd"
)

// Serve is `curfew start`: one daemon on a data folder, until ctx ends or it cannot go on.
func Serve(ctx context.Context, kinds *actors.Registry, o cli.StartOptions) (err error) {
	if err := lock.Prepare(o.Data); err != nil {
		return err
	}
	journal, err := openJournal(o)
	if err != nil {
		return engine.Advise(err)
	}
	reaping, enough := context.WithCancel(context.WithoutCancel(ctx))
	defer enough()
	go procs.Reap(reaping)
	past, err := history.Open(filepath.Join(o.Data, datadir.Journal), o.Log)
	if err != nil {
		return errors.Join(err, journal.Close())
	}
	rt, err := engine.Start(ctx, engine.Options{
		Kinds: kinds, Config: o.Config, Journal: journal, History: past, Data: o.Data, Tokens: filepath.Join(o.Data, datadir.Tokens),
		Procs: filepath.Join(o.Data, datadir.Procs), Threads: filepath.Join(o.Data, datadir.Threads), Logger: o.Log,
		AcceptLoss: o.AcceptLoss,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closeRuntime(ctx, rt, o.Again)) }()
	l, socket, err := api.Listen(o.Data)
	if err != nil {
		return err
	}
	o.Log.Sugar().Infow("cron: ready", "jobs", len(o.Config.Jobs), "data", o.Data, "socket", socket)
	return attend(ctx, rt, l, o)
}

// openJournal opens the journal of a data folder, and takes its lock.
func openJournal(o cli.StartOptions) (*sqlite.Journal, error) {
	path := filepath.Join(o.Data, datadir.Journal)
	if !o.AcceptLoss {
		return sqlite.Open(path)
	}
	return sqlite.OpenDamaged(path, func(lost *bus.Corrupt, aside string) {
		o.Log.Error("cron: the journal's end is lost", zap.Error(lost), zap.String("the write-ahead log is kept as", aside))
	})
}

// attend answers requests until ctx ends or the runtime cannot go on, and then lets what runs come to its end.
// Requests are answered as long as anything runs. What attempts are cut short by comes out of Stop.
func attend(ctx context.Context, rt *engine.Runtime, l *api.Listener, o cli.StartOptions) error {
	manager := systemd.New(o.Log)
	answering, silence := context.WithCancel(context.WithoutCancel(ctx))
	defer silence()
	served := make(chan error, 1)
	go func() { served <- api.Serve(answering, l, backend.New(rt), o.Log) }()
	go manager.Watch(answering, func(ctx context.Context) (string, error) { return glance(ctx, rt) })
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
		err = leave(ctx, rt, o, failed)
	}
	silence()
	return errors.Join(err, <-served)
}

// closeRuntime ends the runtime; another order to stop ends the waiting for that.
func closeRuntime(ctx context.Context, r *engine.Runtime, again <-chan struct{}) error {
	done := make(chan error, 1)
	go func() { done <- r.Stop(context.WithoutCancel(ctx)) }()
	select {
	case err := <-done:
		return err
	case <-again:
		return fmt.Errorf("curfew: the log was not closed in order: %w", errHurried)
	}
}
