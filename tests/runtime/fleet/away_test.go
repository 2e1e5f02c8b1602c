package fleet_test

import (
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/actors/system/gate"
	"curfew/bus"
	"curfew/bus/memory"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/messages"
	"curfew/supervisor/policy"
)

// reading is a journal that cannot be read while its servers are away, and in which nothing is recorded until they are back.
type reading struct {
	*memory.Relay
	away *atomic.Bool
}

var errAway = errors.New("the servers do not answer")

func (r reading) Read(from uint64, limit int) ([]messages.Record, error) {
	if r.away.Load() {
		return nil, errAway
	}
	return r.Relay.Read(from, limit)
}

func (r reading) Append(rs []messages.Record) error {
	for r.away.Load() {
		time.Sleep(100 * time.Millisecond)
	}
	return r.Relay.Append(rs)
}

// A node that does not reach the servers answers from what it has in memory, and says how old that is. What it does not
// have it says, too.
func TestAnswersWithoutServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(4), 0), f.join("b", jobs(4), 0)
		f.lead(a, "a", "b")
		time.Sleep(15 * time.Minute)
		synctest.Wait()
		ask := backend.New(b.Runtime)
		page := contract.Page{Limit: 10}
		newest := contract.ExplainQuery{Job: "job-01"}
		here, err := ask.Explain(t.Context(), newest)
		list, err2 := ask.Nodes(t.Context(), page)
		if err := errors.Join(err, err2); err != nil || !here.AsOf.IsZero() || !list.AsOf.IsZero() {
			t.Fatalf("with the servers: %v, %v, %v", here.AsOf, list.AsOf, err)
		}
		b.away.Store(true)
		time.Sleep(time.Minute)
		away, err := ask.Explain(t.Context(), newest)
		list, err2 = ask.Nodes(t.Context(), page)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		if away.Verdict != here.Verdict || len(away.Chain) != len(here.Chain) || away.AsOf.IsZero() || list.AsOf != away.AsOf ||
			list.AsOf >= b.Now() || len(list.Items) != 2 {
			t.Errorf("it answers %q with %d records of %d, as of %v, and lists %d nodes as of %v",
				away.Verdict, len(away.Chain), len(here.Chain), away.AsOf, len(list.Items), list.AsOf)
		}
		_, err = ask.Explain(t.Context(), contract.ExplainQuery{Job: "job-01", Run: "unknown"})
		var refused *contract.Error
		if !errors.As(err, &refused) || refused.Kind != contract.KindUnavailable || !strings.Contains(err.Error(), "does not reach") {
			t.Errorf("a run that is not in memory: %v", err)
		}
		b.away.Store(false)
		f.stop()
	})
}

// The node that decides says at once that it cannot say anything while the servers do not say whether they have what it is
// recording.
func TestAnswersOfTheDeciderWithoutServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a := f.join("a", jobs(4), 0)
		f.lead(a, "a")
		a.away.Store(true)
		time.Sleep(15 * time.Minute) // slots fall due
		ask, began := backend.New(a.Runtime), time.Now()
		_, err := ask.Nodes(t.Context(), contract.Page{Limit: 10})
		var refused *contract.Error
		if !errors.As(err, &refused) || refused.Kind != contract.KindUnavailable || !strings.Contains(err.Error(), "or another node") {
			t.Errorf("it answers %v", err)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("it answers after %v", took)
		}
		a.away.Store(false)
		if _, err := ask.Nodes(t.Context(), contract.Page{Limit: 10}); err != nil {
			t.Errorf("with the servers: %v", err)
		}
		f.stop()
	})
}

// A text of the outbox does not wait for silent servers: it says which command tells how to sign in, and not what would be
// right for another kind of session.
func TestHowToSignInWithoutServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a := f.join("a", "sessions: {default: {}}\n"+jobs(4), 0)
		f.lead(a, "a")
		time.Sleep(time.Minute) // it takes its job file in
		const with, without = "with the tool", "`curfew session show default` says how to sign in"
		if got := a.HowToSignIn(t.Context(), messages.DefaultSession); !strings.Contains(got, with) {
			t.Errorf("with the servers it says %q, want %q", got, with)
		}
		a.away.Store(true)
		time.Sleep(15 * time.Minute) // slots fall due
		began := time.Now()
		patient, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
		defer cancel()
		if got := a.HowToSignIn(patient, messages.DefaultSession); got != without {
			t.Errorf("without the servers it says %q, want %q", got, without)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("it answers after %v", took)
		}
		a.away.Store(false)
		f.stop()
	})
}

// Servers that fall silent while sessions are looked at do not hold up the answer, either.
func TestSessionsWhileServersFallSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a := f.join("a", "sessions: {default: {backend: \"http://127.0.0.1:1\"}}\n"+jobs(4), 0)
		f.lead(a, "a")
		time.Sleep(time.Minute) // it takes its job file in
		if _, err := a.SignIn(t.Context(), messages.DefaultSession, gate.SignIn{Token: "planted", By: "test"}); err != nil {
			t.Fatal(err)
		}
		free := make(chan struct{})
		var calls sync.WaitGroup
		look := func(f func()) {
			calls.Go(func() { _ = a.View(t.Context(), func(*policy.Machine) { f() }) })
			synctest.Wait()
		}
		look(func() { time.Sleep(time.Second / 2) })
		var err error
		began, took := time.Now(), time.Duration(0)
		calls.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			_, _, err = backend.New(a.Runtime).Sessions(ctx, contract.Page{Limit: 10})
			took = time.Since(began)
		})
		synctest.Wait()
		look(func() { <-free }) // what comes after the first look waits for the servers
		a.away.Store(true)
		time.Sleep(11 * time.Minute)
		a.away.Store(false)
		close(free)
		calls.Wait()
		var refused *contract.Error
		if !errors.As(err, &refused) || refused.Kind != contract.KindUnavailable || took > 5*time.Second {
			t.Errorf("after %v it answers %v", took, err)
		}
		f.stop()
	})
}

// A node that stops and cannot hand on what it has to say ends with an error: how many facts, and of which kinds.
func TestStopWithoutServers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(8), 0), f.join("b", jobs(8), 0)
		f.does(func(ctx context.Context, _ string, _ actors.Attempt) error { <-ctx.Done(); return context.Cause(ctx) })
		f.lead(a, "a", "b")
		time.Sleep(time.Minute)
		ran := len(b.Running())
		if ran == 0 {
			t.Fatal("nothing runs on b")
		}
		b.away.Store(true)
		delete(f.nodes, "b")
		err := b.Stop(t.Context())
		var lost *bus.GivenUp
		if want := map[string]int{"attempt.interrupted.v1": ran}; !errors.As(err, &lost) || !maps.Equal(lost.ByName, want) {
			t.Errorf("it ends with %v, want %v", err, want)
		}
		b.away.Store(false)
		f.stop()
	})
}
