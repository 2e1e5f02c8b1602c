package startstop_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"curfew/actors/system/startstop"
)

// TestStopEndsTheGoroutines: they learn of the stop at once, and their context lasts for the grace.
func TestStopEndsTheGoroutines(t *testing.T) {
	for _, grace := range []time.Duration{0, 2 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			g := startstop.New(grace)
			began := time.Now()
			var stopping, ended time.Duration
			g.Go(func(ctx context.Context) {
				<-g.Stopping()
				stopping = time.Since(began)
				<-ctx.Done()
				ended = time.Since(began)
			})
			time.Sleep(time.Minute)
			g.Stop()
			if stopping != time.Minute || ended != time.Minute+grace {
				t.Errorf("grace %v: told after %v, ended after %v", grace, stopping, ended)
			}
		})
	}
}

// TestStopWaitsNoLongerThanNeeded: a group whose goroutines return does not use up its grace.
func TestStopWaitsNoLongerThanNeeded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := startstop.New(time.Hour)
		var ctx context.Context
		g.Go(func(c context.Context) {
			ctx = c
			<-g.Stopping()
		})
		synctest.Wait()
		began := time.Now()
		g.Stop()
		if time.Since(began) != 0 || ctx.Err() == nil {
			t.Errorf("stopped after %v, the context: %v", time.Since(began), ctx.Err())
		}
	})
}

// TestStopTwice: every Stop waits for the end, whoever comes first.
func TestStopTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := startstop.New(time.Second)
		ended := false
		g.Go(func(ctx context.Context) {
			<-ctx.Done()
			time.Sleep(time.Second)
			ended = true
		})
		both := make(chan bool, 2)
		for range 2 {
			go func() { g.Stop(); both <- ended }()
		}
		for range 2 {
			if !<-both {
				t.Error("a Stop returned before the goroutine did")
			}
		}
		g.Stop()
	})
}

// TestStopBeforeStart: a group that is stopped starts nothing.
func TestStopBeforeStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := startstop.New(time.Second)
		g.Stop()
		g.Go(func(context.Context) { t.Error("it was started") })
		synctest.Wait()
	})
}

// slow is an actor that takes its time to stop.
type slow struct{ stop time.Duration }

func (s slow) Receive(c actor.Context) {
	if _, ok := c.Message().(*actor.Stopping); ok {
		time.Sleep(s.stop)
	}
}

func system() *actor.ActorSystem {
	return actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger { return slog.New(slog.DiscardHandler) }))
}

// TestActor: Stop waits for the actor, as long as its caller wants to; it may be called again.
func TestActor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := system()
		a, err := startstop.Spawn(all, "slow", slow{time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := startstop.Spawn(all, "slow", slow{}); err == nil {
			t.Error("two actors have one name")
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := a.Stop(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after a second: %v", err)
		}
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Minute) // longer than the actor system's watch on dead letters
	})
}
