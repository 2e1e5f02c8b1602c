package startstop

import (
	"context"
	"fmt"
	"sync"

	"github.com/asynkron/protoactor-go/actor"
)

// An Actor is the handle of an actor that lives as long as the runtime.
type Actor struct {
	name    string
	system  *actor.ActorSystem
	pid     *actor.PID
	stop    sync.Once
	stopped chan struct{} // closed when the actor has stopped
}

// Spawn starts an actor under a name, which the actor system has once.
func Spawn(system *actor.ActorSystem, name string, a actor.Actor) (*Actor, error) {
	h := &Actor{name: name, system: system, stopped: make(chan struct{})}
	props := actor.PropsFromProducer(func() actor.Actor { return &watched{a, h.stopped} })
	var err error
	if h.pid, err = system.Root.SpawnNamed(props, name); err != nil {
		return nil, fmt.Errorf("%s: start the actor: %w", name, err)
	}
	return h, nil
}

// Stop stops the actor and waits until it has stopped, or until ctx ends, which is the error. The actor must not call
// it.
func (h *Actor) Stop(ctx context.Context) error {
	h.stop.Do(func() { h.system.Root.Stop(h.pid) })
	select {
	case <-h.stopped:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s: the actor did not stop in time: %w", h.name, context.Cause(ctx))
	}
}

// watched is an actor whose end is reported.
type watched struct {
	actor.Actor
	stopped chan struct{}
}

// Receive hands the message on.
func (w *watched) Receive(c actor.Context) {
	w.Actor.Receive(c)
	if _, ok := c.Message().(*actor.Stopped); ok {
		close(w.stopped)
	}
}
