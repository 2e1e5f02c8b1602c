package curfew

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill/message"

	"curfew/actors/system/follow"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/internal/daemon"
	"curfew/internal/engine"
	"curfew/messages"
)

// Errors of a [Runtime].
var (
	// ErrNotRunning means that the runtime has not been started, or has ended.
	ErrNotRunning = errors.New("the runtime is not running")
	// ErrStarted means that the runtime was started before. It can be started once; make another with [New].
	ErrStarted = errors.New("the runtime was started before; make another one")
)

// A Runtime runs jobs in this program. Its methods may be called from any goroutine.
type Runtime struct {
	c       Config // as New got it, without its jobs and settings
	o       daemon.Options
	started atomic.Bool
	running atomic.Pointer[engine.Runtime] // nil: it is not running
	stop    context.CancelFunc
	hurry   chan struct{}
	ended   chan struct{} // closed when it has ended
	err     error         // why it ended; after ended is closed
}

func newRuntime(c Config, o daemon.Options) *Runtime {
	r := &Runtime{c: c, o: o, hurry: make(chan struct{}), ended: make(chan struct{})}
	r.o.Again = r.hurry
	return r
}

// Run starts the runtime and returns when it has ended: nil after ctx has ended or [Runtime.Stop] was called, otherwise
// why it could not start or go on.
func (r *Runtime) Run(ctx context.Context) error {
	if err := r.Start(ctx); err != nil {
		return err
	}
	return r.Wait()
}

// Start starts the runtime, and returns when it is ready, or with the reason why it cannot be: another one uses the
// folder, for example. The runtime stops in order when ctx ends; [Runtime.Stop] also waits for that.
func (r *Runtime) Start(ctx context.Context) error {
	if !r.started.CompareAndSwap(false, true) {
		return ErrStarted
	}
	ctx, r.stop = context.WithCancel(ctx)
	ready := make(chan struct{})
	r.o.Started = func(e *engine.Runtime) {
		r.running.Store(e)
		close(ready)
	}
	go func() {
		defer close(r.ended)
		defer r.stop()
		r.err = daemon.Serve(ctx, r.o)
		r.running.Store(nil)
	}()
	select {
	case <-ready:
		return nil
	case <-r.ended:
		return errors.Join(r.err, ctx.Err())
	}
}

// Wait returns when the runtime has ended, with the reason if it could not go on. It is [ErrNotRunning] if it was never
// started.
func (r *Runtime) Wait() error {
	if !r.started.Load() {
		return ErrNotRunning
	}
	<-r.ended
	return r.err
}

// Stop stops the runtime in order and returns when it has ended. Nothing new begins. Attempts that run may go on for
// Drain; then they are told to stop, and have 30 s to return. Those that have not are left, and the next start reports
// them. When ctx ends, the wait that is under way ends. What falls due meanwhile is caught up by the next start, as its
// job says.
func (r *Runtime) Stop(ctx context.Context) error {
	if r.running.Load() == nil {
		return r.Wait()
	}
	r.stop()
	select {
	case <-r.ended:
		return r.err
	case <-ctx.Done():
	}
	select {
	case <-r.ended:
	case r.hurry <- struct{}{}: // the drain is over
	}
	return r.Wait()
}

// Submit tells the runtime what has happened, and returns when that is durable and decided: [messages.SessionExpired]
// when a call was refused, [messages.SessionRestored] when somebody has signed in with the program that keeps the
// session's credential, [messages.JobPaused], and so on. Only facts can be submitted. A fact that does not fit is refused
// with a [*bus.Refused], and is not in the log. Put no secret into a fact: it is kept.
//
// If ctx ends first, the fact may still be taken.
func (r *Runtime) Submit(ctx context.Context, f messages.Fact) (bus.Receipt, error) {
	e := r.running.Load()
	if e == nil {
		return bus.Receipt{}, ErrNotRunning
	}
	return e.Commit(ctx, "", f)
}

// RunJob asks for a run of a job now, and returns the id of that run, or of the one that waits already and that the request
// joins. Its end is a [messages.RunFinished] on the topic run.
func (r *Runtime) RunJob(ctx context.Context, job string) (messages.RunID, error) {
	e := r.running.Load()
	if e == nil {
		return "", ErrNotRunning
	}
	got, err := backend.New(e).RunNow(asProgram(ctx), job)
	return got.Run, err
}

// SignIn gives a session with a backend a new token: the runs that were held go on, one first and then the others. The
// token is kept in a file of the folder, and is never in the log.
func (r *Runtime) SignIn(ctx context.Context, session, token string) error {
	e := r.running.Load()
	if e == nil {
		return ErrNotRunning
	}
	_, err := backend.New(e).Login(asProgram(ctx), session, contract.Login{Token: contract.Secret(token)})
	return err
}

// asProgram says in the journal who gives an order.
func asProgram(ctx context.Context) context.Context {
	return contract.WithCaller(ctx, func() string { return "program" })
}

// Subscribe hands out the records of these topics that are appended from now on, facts and decisions, in order and each
// once; no topics means all of Curfew's. The channel is closed when ctx or the runtime ends. Nobody waits for a slow
// receiver: it is behind, and reads the journal. A [Reader] gets every record, over all starts.
func (r *Runtime) Subscribe(ctx context.Context, topics ...messages.Topic) (<-chan messages.Record, error) {
	e := r.running.Load()
	if e == nil {
		return nil, ErrNotRunning
	}
	feed := follow.New("subscription", func(wake func()) follow.Reader {
		return e.Log().Reader(e.Log().Last(), wake, topics...).Named("subscription")
	})
	out := make(chan messages.Record)
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-r.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	go func() {
		defer close(out)
		defer cancel()
		defer feed.Close()
		err := feed.Run(ctx.Done(), func(batch []messages.Record) {
			for _, rec := range batch {
				select {
				case out <- rec:
				case <-ctx.Done():
					return
				}
			}
		})
		if err != nil {
			e.Logger().Sugar().Warnw("cron: a subscription has ended", "error", err)
		}
	}()
	return out, nil
}

// Publisher is watermill's way into the log, for programs that know nothing of Curfew but docs/messages.md. See
// [bus.Log.Publisher].
func (r *Runtime) Publisher() (message.Publisher, error) {
	e := r.running.Load()
	if e == nil {
		return nil, ErrNotRunning
	}
	return e.Log().Publisher(), nil
}

// Subscriber is watermill's way out of the log. See [bus.Log.Subscriber].
func (r *Runtime) Subscriber(o bus.SubscriberOptions) (message.Subscriber, error) {
	e := r.running.Load()
	if e == nil {
		return nil, ErrNotRunning
	}
	return e.Log().Subscriber(o), nil
}
