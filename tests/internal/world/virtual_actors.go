package world

import (
	"context"
	"time"

	"curfew/actors"
)

// Kinds returns the actor types: their names are those of the real ones.
func (s *Virtual) Kinds() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[virtualAgent] { return agentIn{s: s} })
	actors.Register(kinds, func(actors.Env) actors.Actor[virtualShell] { return shellIn{s: s} })
	return kinds
}

func (s *Virtual) run(ctx context.Context, a actors.Attempt) (actors.Output, error) {
	err := s.Act(ctx, a)
	return actors.Output{Text: "output of " + a.Job}, err
}

// Work returns after that time, or when it is told to stop.
func Work(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// The actor types of a [Virtual].
type (
	virtualAgent struct{ standIn }
	virtualShell struct{ standIn }
	agentIn      struct {
		actors.Gated[virtualAgent]
		s *Virtual
	}
	shellIn struct {
		actors.Defaults[virtualShell]
		s *Virtual
	}
)

func (virtualAgent) Kind() string { return "agent" }

func (virtualShell) Kind() string { return "shell" }

func (a agentIn) Run(ctx context.Context, run actors.Run[virtualAgent]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}

func (a shellIn) Run(ctx context.Context, run actors.Run[virtualShell]) (actors.Output, error) {
	return a.s.run(ctx, run.Attempt)
}
