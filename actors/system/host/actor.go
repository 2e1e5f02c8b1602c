package host

import (
	"runtime/debug"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/supervisor"
)

// jobActor is one incarnation of the actor of a job. It never blocks: attempts run beside it.
type jobActor struct {
	host    *Host
	current current
}

var _ actor.Actor = (*jobActor)(nil)

// current is the attempt that a job actor has started last; nil: it is over, and needs the actor no longer. Most jobs
// are idle most of the time, and an attempt is as large as all else that a job is.
type current struct{ atomic.Pointer[attempt] }

// leave lets go of an attempt, if it is the current one.
func (c *current) leave(a *attempt) { c.CompareAndSwap(a, nil) }

// failed tells the actor that its attempt has failed.
type failed struct{ attempt *attempt }

// Receive performs the orders of the shard, and fails when its attempt has failed.
func (a *jobActor) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *supervisor.Start:
		a.start(c, m)
	case *supervisor.Cancel:
		switch at := a.current.Load(); {
		case at == nil || at.order.Attempt.Run != m.Run:
		case m.Mute:
			at.mute()
		default:
			at.cancel(errCancelled)
		}
	case failed:
		f := m.attempt.take()
		a.current.leave(m.attempt)
		if f != nil {
			fail(c, &supervisor.Failure{Fact: *f})
		}
	case *actor.Stopping:
		a.leave((*attempt).orphan)
	case *actor.Restarting:
		a.leave((*attempt).mute)
	}
}

func (a *jobActor) start(c actor.Context, order *supervisor.Start) {
	at := a.host.begin(order, mailer{c.ActorSystem(), c.Self(), &a.current})
	a.current.Store(at)
	a.host.pool.Go(at)
}

// mailer sends messages to a job actor.
type mailer struct {
	system  *actor.ActorSystem
	to      *actor.PID
	current *current // the actor's
}

func (m mailer) send(message any) { m.system.Root.Send(m.to, message) }

// leave ends the actor's part in the current attempt. A panic here would make protoactor restart an actor that it must
// stop.
func (a *jobActor) leave(part func(*attempt)) {
	defer func() {
		if r := recover(); r != nil {
			a.host.cfg.Logger.Error("cron: a job actor panicked while it stopped", zap.Any("panic", r),
				zap.ByteString("stack", debug.Stack()))
		}
	}()
	if at := a.current.Load(); at != nil {
		part(at)
	}
}

// fail makes the actor fail with the reason: protoactor suspends it and tells its supervisor. To escalate without a
// panic is cheaper, but not documented; if a later version cannot, a panic does the same.
func fail(c actor.Context, reason error) {
	s, ok := c.(actor.Supervisor)
	if !ok {
		panic(reason)
	}
	s.EscalateFailure(reason, nil)
}
