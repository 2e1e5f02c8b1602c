package host

import (
	"errors"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/messages"
	"curfew/supervisor"
)

// TestIdleActorsKeepNoAttempt: an attempt that is over is let go of, unless its failure is for its actor, or the actor
// has begun another one.
func TestIdleActorsKeepNoAttempt(t *testing.T) {
	system := supervisor.NewSystem(zap.NewNop())
	lost := result{err: errors.New("refused"), text: "refused"}
	for _, c := range []struct {
		name string
		ends func(a *attempt)
		kept bool
	}{
		{"it runs", func(*attempt) {}, true},
		{"it succeeds", func(a *attempt) { a.report(result{called: true}) }, false},
		{"it is cancelled", func(a *attempt) { a.cancel(errCancelled); a.report(lost) }, false},
		{"it is muted, and succeeds", func(a *attempt) { a.mute(); a.report(result{called: true}) }, false},
		{"it fails", func(a *attempt) { a.report(lost) }, true},
		{"it fails when its actor has gone", func(a *attempt) { a.orphan(); a.fail(messages.AttemptFailed{Class: messages.ClassTransient}) }, false},
		{"it returns late", func(a *attempt) { a.late(result{called: true}, true) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var last current
			h := quietHost(t)
			a := h.begin(orderOf(0), mailer{system, actor.NewPID("nonhost", "nobody"), &last})
			last.Store(a)
			c.ends(a)
			if kept := last.Load() == a; kept != c.kept {
				t.Errorf("the actor keeps it: %v", kept)
			}
			next := h.begin(orderOf(0), mailer{current: &last})
			last.Store(next)
			last.leave(a)
			if last.Load() != next {
				t.Error("the end of an attempt let go of the next one")
			}
		})
	}
}
