// Package daemon is one process on a data folder: it starts a runtime, answers requests on its socket and on TCP, and
// stops in phases when it is told to.
package daemon

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/system/readers"
	history "curfew/actors/system/recorder/sqlite"
	"curfew/bus"
	"curfew/bus/lock"
	"curfew/internal/api"
	"curfew/internal/backend"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/internal/engine"
	"curfew/internal/journal"
	"curfew/internal/room"
	"curfew/internal/systemd"
)

// Options are what a daemon is started with.
type Options struct {
	Kinds  *actors.Registry
	Config config.Config // valid; its warnings have been printed
	Data   string        // the data folder, as an absolute path
	Log    *zap.Logger   // writes to standard error
	// Drain is how long running attempts may go on by themselves when the daemon is told to stop; 0: not at all.
	Drain time.Duration
	// Again has an element for every order to stop after the first. Each ends the phase of the stop that is under way.
	Again <-chan struct{}
	// TCP says where the API is on TCP; nil: only on the socket.
	TCP *api.TCPOptions
	// MayLackTCP lets the daemon go on without TCP when another program has the address.
	MayLackTCP bool
	// MCP says which tools assistants are offered at /mcp.
	MCP MCP
	// Load reads the job file again; nil: it cannot be read again.
	Load func() (config.Config, error)
	// Reload has an element when the job file is to be read again.
	Reload <-chan struct{}
	// Watch reads the job file again when it, or a file that it was filled in from, has changed.
	Watch bool
	// Fleet makes the daemon a node of a fleet; nil: it is on its own.
	Fleet *Fleet
	// Readers read the log besides the parts of the runtime.
	Readers []readers.Reader
	// AcceptLoss starts without records that are missing at the journal's end.
	AcceptLoss bool
	// Guest says that the process belongs to another program: its heap, its children and its service manager are left
	// alone.
	Guest bool
	// Started, if set, is called once, when the runtime is ready.
	Started func(*engine.Runtime)
}

// Serve runs a daemon until ctx ends, and then lets it stop in order; that is not an error. The cause of ctx is a
// [Signal] if one ended it. An error says why the daemon could not start, or could not go on.
func Serve(ctx context.Context, o Options) (err error) {
	if err := lock.Prepare(o.Data); err != nil {
		return err
	}
	if err := checkOwner(o); err != nil {
		return err
	}
	m, err := join(ctx, o)
	if err != nil {
		return err
	}
	defer m.close()
	journal, err := openJournal(o, m)
	if err != nil {
		return engine.Advise(err)
	}
	tcp, err := listen(o) // before anything runs: an address that is taken or not safe refuses the start
	if err != nil {
		return errors.Join(err, journal.Close())
	}
	defer tcp.Close() // the server has closed it, once there is one
	past, err := history.Open(filepath.Join(o.Data, historyFile(o)), o.Log)
	if err != nil {
		return errors.Join(err, journal.Close())
	}
	e := engine.Options{
		Kinds: o.Kinds, Config: o.Config, Journal: journal, History: past, Data: o.Data,
		Tokens: filepath.Join(o.Data, datadir.Tokens), Procs: filepath.Join(o.Data, datadir.Procs),
		Threads: filepath.Join(o.Data, datadir.Threads), Logger: o.Log, AcceptLoss: o.AcceptLoss, Load: o.Load,
		Readers: o.Readers,
	}
	m.set(&e)
	defer own(ctx, o, &e)()
	rt, err := engine.Start(ctx, e)
	if err != nil {
		return err
	}
	defer func() {
		m.hurried(context.WithoutCancel(ctx), rt, o.Again) // nothing, after a stop in order
		err = errors.Join(err, closeRuntime(ctx, rt, o.Again))
		m.leave()
		if err == nil {
			o.Log.Info("cron: stopped")
		}
	}()
	l, socket, err := api.Listen(o.Data, tcp)
	if err != nil {
		return err
	}
	if err := m.enter(ctx, rt); err != nil {
		return err
	}
	o.Log.Sugar().Infow("cron: ready", "jobs", len(o.Config.Jobs), "data", o.Data, "socket", socket, "tcp", tcp.Address())
	if o.Started != nil {
		o.Started(rt)
	}
	o.Config = config.Config{} // the engine has what it needs of it: its jobs are not kept twice
	return answer(ctx, rt, m, l, tcp, o)
}

// own sets what holds for the whole process, if it is the daemon's own, until the returned function is called.
func own(ctx context.Context, o Options, e *engine.Options) (end func()) {
	if o.Guest {
		return func() {}
	}
	reaping, stopReaping := context.WithCancel(context.WithoutCancel(ctx))
	go procs.Reap(reaping)
	heap := room.Open()
	e.Jobs, e.Rush = heap.Jobs, heap.Rush
	return func() {
		heap.Close()
		stopReaping()
	}
}

// listen opens the TCP listener; nil: there is none.
func listen(o Options) (*api.TCP, error) {
	if o.TCP == nil {
		return nil, nil
	}
	tcp, err := api.ListenTCP(o.Data, *o.TCP)
	if errors.Is(err, api.ErrTaken) && o.MayLackTCP {
		o.Log.Warn("cron: the API is only on the socket: another program has its address on TCP; "+
			"choose another with --listen ADDRESS, or --listen off", zap.String("address", o.TCP.Address))
		return nil, nil
	}
	return tcp, err
}

// historyFile is the name of the file with the run history.
func historyFile(o Options) string {
	if o.Fleet != nil {
		return datadir.History
	}
	return datadir.Journal
}

// openJournal opens the journal of the data folder, and takes the folder's lock; that of a node of a fleet is open already.
func openJournal(o Options, m *member) (bus.Journal, error) {
	if m != nil {
		return m.journal, nil
	}
	if !o.AcceptLoss {
		return journal.Open(o.Data)
	}
	return journal.OpenDamaged(o.Data, func(lost *bus.Corrupt, aside string) {
		o.Log.Error("cron: the journal's end is lost",
			zap.Error(lost), zap.String("the write-ahead log is kept as", aside))
	})
}

// answer serves the API until ctx ends or the runtime cannot go on. While attempts come to their end it still
// answers; [engine.Runtime.Stop] comes after it.
func answer(ctx context.Context, rt *engine.Runtime, m *member, l *api.Listener, tcp *api.TCP, o Options) error {
	manager := &systemd.Manager{} // of nobody
	if !o.Guest {
		manager = systemd.New(o.Log)
	}
	answering, stopAnswering := context.WithCancel(context.WithoutCancel(ctx))
	defer stopAnswering()
	served := make(chan error, 1)
	go func() {
		b := backend.New(rt)
		pages := dashboard(b, tcp, o)
		served <- api.Serve(answering, api.Options{
			Socket: l, TCP: tcp, Backend: b, Log: o.Log, Faces: faces(rt, pages, o), Page: pages.Refuse,
		})
	}()
	go manager.Watch(answering, func(ctx context.Context) (string, error) { return status(ctx, rt) })
	go mend(answering, l, o.Log)
	go reloads(answering, rt, o)
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
		err = stop(ctx, rt, m, o, failed)
	}
	stopAnswering()
	return errors.Join(err, <-served)
}
