package world

import (
	"context"
	"errors"
	"fmt"

	"curfew/actors"
	"curfew/bus/replay/story"
	"curfew/messages"
)

// order is what a story tells an attempt in flight: to end, or to call a tool.
type order struct {
	end        *story.Outcome
	sideEffect bool
}

// tell gives an order to the newest attempt of a job that has not returned.
func (w *Story) tell(job string, o order) error {
	w.mu.Lock()
	attempts := w.flying[job]
	w.mu.Unlock()
	if len(attempts) == 0 {
		return fmt.Errorf("no attempt of %s is in flight", job)
	}
	attempts[len(attempts)-1] <- o
	w.settle()
	return nil
}

// End lets an attempt return.
func (w *Story) End(job string, o story.Outcome) error { return w.tell(job, order{end: &o}) }

// SideEffect lets an attempt call a tool.
func (w *Story) SideEffect(job string) error { return w.tell(job, order{sideEffect: true}) }

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
	c := make(chan order)
	w.mu.Lock()
	w.flying[a.Job] = append(w.flying[a.Job], c)
	w.mu.Unlock()
	defer w.landed(a.Job, c)
	for {
		var stop <-chan struct{}
		w.mu.Lock()
		if !w.stubborn[a.Job] {
			stop = ctx.Done()
		}
		w.mu.Unlock()
		select {
		case o, open := <-c:
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

func (w *Story) landed(job string, c chan order) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i, o := range w.flying[job] {
		if o == c {
			w.flying[job] = append(w.flying[job][:i:i], w.flying[job][i+1:]...)
			return
		}
	}
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
