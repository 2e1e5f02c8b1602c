package host_test

import (
	"context"
	"testing"

	"curfew/actors"
	"curfew/actors/system/host"
	"curfew/messages"
	"curfew/supervisor"
)

type idle struct{}

func (idle) Kind() string    { return "idle" }
func (idle) Validate() error { return nil }

type idleActor struct{ actors.Defaults[idle] }

func (idleActor) Run(context.Context, actors.Run[idle]) (actors.Output, error) {
	return actors.Output{}, nil
}

// single returns a function that runs one attempt of an actor that does nothing, from the order to the reported end.
func single(tb testing.TB) func() {
	tb.Helper()
	var kinds actors.Registry
	actors.Register(&kinds, func(actors.Env) actors.Actor[idle] { return idleActor{} })
	h, err := host.New(host.Config{
		Kinds: &kinds, Door: &door{}, Publish: func(string, messages.Fact) {},
		Commit: func(context.Context, string, messages.Fact) error { return nil },
	})
	if err != nil {
		tb.Fatal(err)
	}
	order := &supervisor.Start{
		Attempt:     messages.AttemptStarted{Job: "a", Run: "run-1", Attempt: 1},
		Definition:  messages.Keep(messages.Definition{Job: "a", Actor: "idle", With: []byte("{}"), Timeout: messages.Duration(timeout)}),
		Incarnation: 1,
	}
	return func() { host.RunAttempt(h, order) }
}

// TestAttemptIsCheap bounds what the runtime itself allocates for an attempt: a million may begin in a second.
func TestAttemptIsCheap(t *testing.T) {
	const most = 13
	if got := testing.AllocsPerRun(100, single(t)); got > most {
		t.Errorf("an attempt takes %.0f allocations, at most %d are allowed", got, most)
	}
}

// BenchmarkAttempt is the cost of an attempt of an actor that does nothing.
func BenchmarkAttempt(b *testing.B) {
	run := single(b)
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
}
