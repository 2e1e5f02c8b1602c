package host

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"go.uber.org/zap"

	"curfew/actors"
	"curfew/messages"
	"curfew/supervisor"
)

// TestPartings: what becomes of a failure when the actor goes before it has taken it.
func TestPartings(t *testing.T) {
	nobody := mailer{supervisor.NewSystem(zap.NewNop()), actor.NewPID("nonhost", "nobody"), &nobodys}
	lost := messages.AttemptFailed{Class: messages.ClassTransient}
	for _, c := range []struct {
		name  string
		parts func(a *attempt)
		facts []string
		taken bool
	}{
		{"the actor takes it", func(a *attempt) { a.fail(lost) }, nil, true},
		{"fails, then the actor stops", func(a *attempt) { a.fail(lost); a.orphan() }, []string{"attempt.failed.v1"}, false},
		{"the actor stops, then it fails", func(a *attempt) { a.orphan(); a.fail(lost) }, []string{"attempt.failed.v1"}, false},
		{"fails, then the actor is restarted", func(a *attempt) { a.fail(lost); a.mute() }, nil, false},
		{"the actor is restarted, then it fails", func(a *attempt) { a.mute(); a.fail(lost) }, nil, false},
		{"the actor is restarted, then it succeeds", func(a *attempt) { a.mute(); a.publish(messages.AttemptSucceeded{}) }, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var facts []string
			h, err := New(Config{
				Kinds: &actors.Registry{}, Door: noDoor{},
				Publish: func(_ string, f messages.Fact) { facts = append(facts, f.Name()) },
				Commit:  func(context.Context, string, messages.Fact) error { return nil },
			})
			if err != nil {
				t.Fatal(err)
			}
			a := h.begin(&supervisor.Start{Definition: messages.Keep(messages.Definition{})}, nobody)
			c.parts(a)
			taken := a.take() != nil
			if !slices.Equal(facts, c.facts) || taken != c.taken || a.take() != nil {
				t.Errorf("facts %v, taken %v", facts, taken)
			}
			if gone := a.cause(); (gone == nil) != c.taken {
				t.Errorf("told to stop: %v", gone)
			}
			a.term.stop()
			a.returned()
			h.attempts.end(a)
		})
	}
}

type noDoor struct{}

func (noDoor) Enter(context.Context, string, uint64, messages.RunID) (actors.Session, error) {
	return nil, actors.SessionExpired(fmt.Errorf("no door"))
}

func (d noDoor) EnterBare(ctx context.Context, name string, generation uint64) (actors.Session, error) {
	return d.Enter(ctx, name, generation, "")
}

func (noDoor) Close(string, uint64) {}
