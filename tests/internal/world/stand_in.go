package world

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"curfew/actors"
	"curfew/bus/replay/story"
	"curfew/messages"
)

// order is what a story tells an attempt in flight: to end, or to call a tool.
type order struct {
	end        *story.Outcome
	sideEffect bool
}

// flying is an attempt that has not returned.
type flying struct {
	of     story.Flight
	orders chan order // closed: its process is dead, or the story is over
}

// tell gives an order to the newest of the attempts that are meant and have not returned.
func (w *Story) tell(f story.Flight, o order) error {
	w.mu.Lock()
	var c chan order
	for _, a := range w.flying {
		if f.Names(a.of.Job, a.of.Run) {
			c = a.orders
		}
	}
	w.mu.Unlock()
	if c == nil {
		return fmt.Errorf("no attempt of %s is in flight", f.Job)
	}
	c <- o
	w.settle()
	return nil
}

// endFlying ends every attempt.
func (w *Story) endFlying() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, a := range w.flying {
		close(a.orders)
	}
	w.flying = nil
}

// End lets an attempt return.
func (w *Story) End(f story.Flight, o story.Outcome) error { return w.tell(f, order{end: &o}) }

// SideEffect lets an attempt call a tool.
func (w *Story) SideEffect(f story.Flight) error { return w.tell(f, order{sideEffect: true}) }

// Stubborn makes attempts of a job ignore orders to stop.
func (w *Story) Stubborn(job string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stubborn[job] = true
}

// run is an attempt: it waits for the story.
func (w *Story) run(ctx context.Context, a actors.Attempt) (actors.Output, error) {
	if w.began != nil {
		w.began(a)
	}
	f := &flying{story.Flight{Job: a.Job, Run: a.Run}, make(chan order)}
	w.mu.Lock()
	w.flying = append(w.flying, f)
	w.mu.Unlock()
	defer w.landed(f)
	for {
		var stop <-chan struct{}
		w.mu.Lock()
		if !w.stubborn[a.Job] {
			stop = ctx.Done()
		}
		w.mu.Unlock()
		select {
		case o, open := <-f.orders:
			switch {
			case !open:
				return actors.Output{}, errors.New("the story is over")
			case o.sideEffect:
				if err := a.BeginSideEffect(ctx, "send_mail"); err != nil {
					return actors.Output{}, err
				}
			default:
				return actors.Output{Text: o.end.Output, Usage: usage(*o.end)}, outcome(*o.end)
			}
		case <-stop:
			return actors.Output{}, ctx.Err()
		}
	}
}

func (w *Story) landed(f *flying) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flying = slices.DeleteFunc(w.flying, func(o *flying) bool { return o == f })
}

// usage returns what the attempt cost.
func usage(o story.Outcome) (u messages.Usage) {
	if spent := o.Usage(); spent != nil {
		u = *spent
	}
	return u
}

// outcome returns the error of an actor for the outcome of a story, or panics if that is the outcome.
func outcome(o story.Outcome) error {
	err := errors.New(string(o.Class))
	switch o.Class {
	case "":
		return nil
	case messages.ClassPermanent:
		return actors.Permanent(err)
	case messages.ClassRateLimited:
		if o.Detail == messages.DetailQuota {
			return actors.QuotaExhausted(err, o.RetryAfter)
		}
		return actors.RetryAfter(err, o.RetryAfter)
	case messages.ClassTransient:
		switch o.Detail {
		case messages.DetailUnreachable:
			return actors.Unreachable(err)
		case messages.DetailUnanswered:
			if o.RetryAfter > 0 {
				return actors.NotNow(err, o.RetryAfter)
			}
			return actors.Unanswered(err)
		}
	case messages.ClassSessionExpired:
		return actors.SessionExpired(err)
	case messages.ClassTimeout:
		return fmt.Errorf("%w: %w", err, context.DeadlineExceeded)
	case messages.ClassPanic:
		panic("the story panics")
	}
	return err
}

// The stand-ins of three actor types, with the names that stories use.
type (
	agentSpec struct{ standIn }
	cliSpec   struct{ standIn }
	shellSpec struct{ standIn }
	standIn   struct{}
)

func (standIn) Validate() error { return nil }

func (agentSpec) Kind() string { return "agent" }

func (cliSpec) Kind() string { return "cli-agent" }

func (shellSpec) Kind() string { return "shell" }

func registerStandIns(r *actors.Registry, w *Story) {
	actors.Register(r, func(actors.Env) actors.Actor[agentSpec] { return &gatedStandIn[agentSpec]{w: w} })
	actors.Register(r, func(actors.Env) actors.Actor[cliSpec] { return &gatedStandIn[cliSpec]{w: w} })
	actors.Register(r, func(actors.Env) actors.Actor[shellSpec] { return &freeStandIn[shellSpec]{w: w} })
}

type gatedStandIn[S actors.Spec] struct {
	actors.Gated[S]
	w *Story
}

func (s *gatedStandIn[S]) Run(ctx context.Context, run actors.Run[S]) (actors.Output, error) {
	return s.w.run(ctx, run.Attempt)
}

type freeStandIn[S actors.Spec] struct {
	actors.Defaults[S]
	w *Story
}

func (s *freeStandIn[S]) Run(ctx context.Context, run actors.Run[S]) (actors.Output, error) {
	return s.w.run(ctx, run.Attempt)
}
