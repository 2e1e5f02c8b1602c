package host

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/messages"
)

type counted struct{}

func (counted) Kind() string    { return "counted" }
func (counted) Validate() error { return nil }

// counter counts its runs, whatever its context says.
type counter struct {
	actors.Defaults[counted]
	ran *int
}

func (c counter) Run(context.Context, actors.Run[counted]) (actors.Output, error) {
	*c.ran++
	return actors.Output{}, nil
}

// TestToldToStopBeforeItBegins: an attempt that waits for a goroutine, and meanwhile is told to stop or times out, is not
// begun. Its end says so: it cannot be what has ended the runtime.
func TestToldToStopBeforeItBegins(t *testing.T) {
	for _, c := range []struct {
		meanwhile func(*attempt)
		want      string
	}{
		{func(a *attempt) { a.cancel(errStopped) }, "stopped, called false, ran 0"},
		{func(a *attempt) { a.cancel(errCancelled) }, "cancelled, called false, ran 0"},
		{func(*attempt) { time.Sleep(time.Minute) }, "timed out after 1m, called false, ran 0"},
		{func(*attempt) {}, "succeeded, called true, ran 1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			ran, got := 0, ""
			var kinds actors.Registry
			actors.Register(&kinds, func(actors.Env) actors.Actor[counted] { return counter{ran: &ran} })
			h, err := New(Config{
				Kinds: &kinds, Door: noDoor{}, Commit: func(context.Context, string, messages.Fact) error { return nil },
				Publish: func(_ string, f messages.Fact) {
					switch f := f.(type) {
					case messages.AttemptSucceeded:
						got = fmt.Sprint("succeeded, called ", f.Called)
					case messages.AttemptInterrupted:
						got = fmt.Sprint(f.Why, ", called ", f.Called)
					case messages.AttemptFailed:
						got = fmt.Sprint(f.Error, ", called ", f.Called)
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			order := orderOf(time.Minute)
			d := order.Definition.Whole()
			d.Actor, d.With = "counted", []byte("{}")
			order.Definition = messages.Keep(d)
			a := h.begin(order, mailer{current: &current{}})
			a.orphaned = true // so that it publishes its failure by itself
			c.meanwhile(a)
			synctest.Wait()
			a.Run()
			if got = fmt.Sprint(got, ", ran ", ran); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
