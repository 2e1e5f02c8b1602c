package supervisor

import (
	"fmt"
	"path"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
	"curfew/messages/text"
)

// HandleFailure publishes the failure of a job actor as a fact. It gives protoactor no directive: the actor stays
// suspended until the log has decided on the next attempt.
func (h *shard) HandleFailure(_ *actor.ActorSystem, _ actor.Supervisor, who *actor.PID, _ *actor.RestartStatistics,
	reason, _ any,
) {
	defer h.s.guard(h.kind)
	name := path.Base(who.GetId())
	k := h.children[name]
	if k != nil && k.pid != nil && k.pid.Equal(who) {
		k.suspended = true
	}
	if f, ok := reason.(*Failure); ok {
		h.s.cfg.Publish(FactID(f.Fact, f.Fact.AttemptRef), f.Fact)
		return
	}
	h.log(name).Error("cron: a job actor panicked", zap.Any("panic", reason))
	if k == nil || k.flight == nil {
		return
	}
	f := messages.AttemptFailed{
		AttemptRef: k.flight.Ref(), Class: messages.ClassPanic, Called: true,
		Session: k.flight.Attempt.Session, Generation: k.flight.Attempt.Generation,
		Error: text.Head(fmt.Sprintf("panic: %v", reason), messages.MaxError),
	}
	h.s.cfg.Publish(FactID(f, f.AttemptRef), f)
}
