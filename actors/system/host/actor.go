package host

import (
	"runtime/debug"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/supervisor"
)

// jobActor is one incarnation of the actor of a job. It never blocks: attempts run beside it.
type jobActor struct {
	host    *Host
	current *attempt // the last that was started; it may have ended
}

var _ actor.Actor = (*jobActor)(nil)

// failed tells the actor that its attempt has failed.
type failed struct{ attempt *attempt }

// Receive performs the orders of the shard, and fails when its attempt has failed.
func (a *jobActor) Receive(c actor.Context) {
	switch m := c.Message().(type) {
	case *supervisor.Start:
		a.start(c, m)
	case *supervisor.Cancel:
		switch {
		case a.current == nil || a.current.order.Attempt.Run != m.Run:
		case m.Mute:
			a.current.mute()
		default:
			a.current.cancel(errCancelled)
		}
	case failed:
		if f := m.attempt.take(); f != nil {
			fail(c, &supervisor.Failure{Fact: *f})
		}
	case *actor.Stopping:
		a.leave((*attempt).orphan)
	case *actor.Restarting:
		a.leave((*attempt).mute)
	}
}

func (a *jobActor) start(c actor.Context, order *supervisor.Start) {
	a.current = a.host.begin(order, mailer{c.ActorSystem(), c.Self()})
	a.host.pool.Go(a.current)
}

// mailer sends messages to a job actor.
type mailer struct {
	system *actor.ActorSystem
	to     *actor.PID
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
	if a.current != nil {
		part(a.current)
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
