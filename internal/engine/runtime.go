// Package engine is the running system: the journaled log with the machine that decides, and the actors that
// perform. It is the wiring and holds no rule of its own. Its files are named after the steps of a start and of
// a stop; what people and programs ask is answered by internal/backend.
package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors"
	"curfew/actors/env/procs"
	"curfew/actors/env/secrets"
	"curfew/actors/system/gate"
	"curfew/actors/system/host"
	"curfew/actors/system/notifier"
	"curfew/actors/system/notifier/targets"
	"curfew/actors/system/pinger"
	"curfew/actors/system/recorder"
	"curfew/actors/system/refresher"
	"curfew/actors/system/ticker"
	"curfew/actors/system/waker"
	"curfew/bus"
	"curfew/internal/config"
	"curfew/internal/datadir"
	"curfew/messages"
	"curfew/supervisor"
	"curfew/supervisor/policy"
)

// Options is what a runtime is made of.
type Options struct {
	Kinds   *actors.Registry
	Config  config.Config
	Journal bus.Journal    // the runtime owns it, and closes it, also when Start fails
	History recorder.Store // of the journal's runs; owned like the journal; nil: kept in memory only
	Tokens  string         // path of the file that keeps the tokens
	Threads string         // path of the folder that keeps the threads of jobs; empty: there are none
	Procs   string         // path of the folder with a note for each process that runs; empty: none are kept
	Data    string         // the data folder, as people call it; empty: there is none
	Logger  *zap.Logger
	// AcceptLoss goes on without records that are known to have been at the journal's end and are not there.
	AcceptLoss bool

	// The rest is for tests and the demo; zero values mean the real thing.

	Now       func() time.Time
	Settle    func()                       // see [bus.Options]
	Order     func(a, b messages.Fact) int // see [bus.Options]
	Grace     time.Duration                // see [host.Config]
	OnRestart func(job string)             // see [supervisor.Config]
	// SnapshotEvery is how many records lie between two snapshots; 0: DefaultSnapshotEvery.
	SnapshotEvery int
	OnMessage     func(who string, m messages.Body) // "gate" or "supervisor" has read a message of the session topic
	Targets       map[string]notifier.Target        // besides those of Config
}

// Runtime is a running Curfew.
type Runtime struct {
	o       Options
	log     *bus.Log
	machine *policy.Machine // touched by the log's writer only
	store   *gate.Store
	secrets *secrets.Set  // whatever must not be shown
	ledger  *procs.Ledger // nil: processes are not noted
	history *recorder.Recorder
	keeper  *keeper
	wall    func() time.Time
	since   messages.Instant // when it was started

	system      *actor.ActorSystem
	host        *host.Host
	pool        *supervisor.Pool
	supervisors *supervisor.Supervisors
	gate        *gate.Gate
	waker       *waker.Waker
	ticker      *ticker.Ticker
	notifier    *notifier.Notifier
	sentry      *targets.Sentry // nil: error reports go to the log only
	pinger      *pinger.Pinger
	refresher   *refresher.Refresher
	follow      sync.WaitGroup
	unfollow    context.CancelFunc

	stopping    atomic.Bool
	quieted     sync.Once
	quietErr    error
	interrupted sync.Once

	interruptErr error
	fatal        chan error // the first reason to stop
}

// Start recovers the state from the journal, says how the runtime is configured, and sets everything to
// work. Attempts that were in flight when the last runtime ended are reported as interrupted; those that
// never began, because it was stopping, are performed.
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
	r.keeper = newKeeper(r)
	defer func() {
		if err != nil && r.log == nil {
			r.hush()
			err = errors.Join(err, r.o.History.Close(), o.Journal.Close())
		}
	}()
	for _, name := range r.o.Config.DenyEnv {
		r.hide(name)
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
		err = r.resume(ctx, left) // before timers are armed: that of a canary which was interrupted opens no gate
	}
	if err == nil {
		err = r.perform(ctx, was, left, base)
	}
	if err != nil {
		return nil, errors.Join(err, r.Stop(ctx))
	}
	return r, nil
}

// fail keeps the first reason why the runtime cannot go on.
func (r *Runtime) fail(err error) {
	select {
	case r.fatal <- err:
		r.o.Logger.Error("cron: the runtime stops", zap.String("error", datadir.Hint(err.Error(), r.o.Data)))
	default:
	}
}

// Wait returns when ctx ends, without an error, or when the runtime cannot go on, with the reason.
func (r *Runtime) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-r.fatal:
		return fmt.Errorf("curfew: the runtime stopped: %w", err)
	}
}

// Log is the runtime's bus.
func (r *Runtime) Log() *bus.Log { return r.log }

// Journal is what the log is kept in. Others only read it.
func (r *Runtime) Journal() bus.Journal { return r.o.Journal }

// History is the run history.
func (r *Runtime) History() *recorder.Recorder { return r.history }

// Logger writes to the program's log, without secrets.
func (r *Runtime) Logger() *zap.Logger { return r.o.Logger }

// Data is the data folder, as people call it; empty: there is none.
func (r *Runtime) Data() string { return r.o.Data }

// Now is the time by the runtime's clock.
func (r *Runtime) Now() messages.Instant { return messages.At(r.wall()) }

// Since is when the runtime was started.
func (r *Runtime) Since() messages.Instant { return r.since }

// Redact takes out of a text whatever must not be shown.
func (r *Runtime) Redact(text string) string { return r.secrets.Redact(text) }

// Running are the attempts that run, the oldest first.
func (r *Runtime) Running() []host.Running { return r.host.Running() }

// Abandoned counts the attempts that did not return when they were told to and still run.
func (r *Runtime) Abandoned() int { return r.host.Abandoned() }

// Output is what the running attempt of a run prints; nil: there is none.
func (r *Runtime) Output(run messages.RunID) *host.Live { return r.host.Output(run) }

// Unnoted counts the running processes that could not be noted, and says why.
func (r *Runtime) Unnoted() (n int, why error) { return r.ledger.Unnoted() }

// Restarts is how often the actor of a job has been restarted since the start.
func (r *Runtime) Restarts(job string) int { return r.supervisors.Restarts(job) }

// View looks at the machine between two commits. f must be short and must only read.
func (r *Runtime) View(ctx context.Context, f func(*policy.Machine)) error {
	return r.log.View(ctx, func() { f(r.machine) })
}

// admit is the door of the log: what the machine refuses, and a sign-in without any token, never enters.
func (r *Runtime) admit(f messages.Fact) (messages.Fact, error) {
	if s, ok := f.(messages.SessionRestored); ok {
		v, known := r.machine.Session(s.Session)
		if known && v.Backend != "" && !r.store.Has(s.Session) {
			return nil, fmt.Errorf("session %q has no token: sign in with `curfew session login %s`: %w", s.Session, s.Session, policy.ErrRefused)
		}
	}
	return r.machine.Admit(f)
}

// step decides, and counts what the journal grows by.
func (r *Runtime) step(now messages.Instant, seq uint64, f messages.Fact) []messages.Decision {
	made := r.machine.Step(now, seq, f)
	r.keeper.count(1 + len(made))
	return made
}

// publish reports a fact without waiting.
func (r *Runtime) publish(id string, f messages.Fact) { r.log.Publish(bus.Draft{ID: id, Fact: f}) }

// Commit reports a fact and waits until it is durable and decided.
func (r *Runtime) Commit(ctx context.Context, id string, f messages.Fact) (bus.Receipt, error) {
	got, err := r.log.Commit(ctx, bus.Draft{ID: id, Fact: f})
	if err != nil {
		return bus.Receipt{}, err
	}
	return got[0], nil
}
