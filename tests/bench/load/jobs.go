package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"curfew/actors"
)

// The actor types of the loads. Neither does anything: what is measured is the runtime.
type (
	free  struct{} // of an ungated kind
	gated struct{} // of a gated kind
)

func (free) Kind() string     { return "free" }
func (free) Validate() error  { return nil }
func (gated) Kind() string    { return "gated" }
func (gated) Validate() error { return nil }

// What the actors note.
var (
	due      time.Time    // when the herd is due
	late     []float64    // ms after due, by number of the job
	calls    atomic.Int64 // of both kinds, the refused ones left out
	refused  atomic.Int64 // calls of the gated kind while its session is over
	signedIn atomic.Bool
)

type freeActor struct{ actors.Defaults[free] }

func (freeActor) Run(_ context.Context, r actors.Run[free]) (actors.Output, error) {
	if i, err := strconv.Atoi(r.Job[len("job-"):]); err == nil && i < len(late) {
		late[i] = ms(time.Since(due))
	}
	calls.Add(1)
	return actors.Output{}, nil
}

type gatedActor struct{ actors.Gated[gated] }

func (gatedActor) Run(context.Context, actors.Run[gated]) (actors.Output, error) {
	if !signedIn.Load() {
		refused.Add(1)
		return actors.Output{}, actors.SessionExpired(errors.New("401 Unauthorized"))
	}
	calls.Add(1)
	return actors.Output{}, nil
}

func registry() *actors.Registry {
	kinds := &actors.Registry{}
	actors.Register(kinds, func(actors.Env) actors.Actor[free] { return freeActor{} })
	actors.Register(kinds, func(actors.Env) actors.Actor[gated] { return gatedActor{} })
	return kinds
}

func jobName(i int) string { return fmt.Sprintf("job-%07d", i) }

// onceAt is a schedule of one second.
func onceAt(t time.Time) string {
	return fmt.Sprintf("%d %d %d %d %d *", t.Second(), t.Minute(), t.Hour(), t.Day(), int(t.Month()))
}

// spread is one of 72,000 daily schedules, none of which is due within an hour.
func spread(i int) string {
	hour := (time.Now().UTC().Hour() + 2 + i/3600%20) % 24
	return fmt.Sprintf("%d %d %d * * *", i%60, i/60%60, hour)
}
