package fleet_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/bus"
	"curfew/internal/backend"
	"curfew/internal/contract"
	"curfew/internal/engine"
	"curfew/messages"
)

// jobs is a job file with so many jobs, each due every ten minutes.
func jobs(n int) string {
	var b strings.Builder
	b.WriteString("jobs:\n")
	for i := range n {
		fmt.Fprintf(&b, "  - {name: job-%02d, actor: shell, schedule: \"*/10 * * * *\", "+
			"retry: {attempts: 5, initial: 5m, max: 5m}}\n", i)
	}
	return b.String()
}

// Every node performs its own part, and one decides: each slot is started once, and the jobs were taken in once.
func TestNodesPerform(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a := f.join("a", jobs(30), 0)
		f.join("b", jobs(30), 0)
		f.join("c", jobs(30), 0)
		f.lead(a, "a", "b", "c")
		time.Sleep(time.Hour)
		synctest.Wait()
		all, on := f.starts()
		if len(all) != 30*6 || len(slices.Compact(all)) != 30*6 || on["a"] == 0 || on["b"] == 0 || on["c"] == 0 {
			t.Errorf("%d starts of %d slots, by node %v", len(all), 30*6, on)
		}
		if n := len(records[messages.RuntimeConfigured](f)); n != 1 {
			t.Errorf("the settings were recorded %d times", n)
		}
		if n := len(records[messages.RunFinished](f)); n != 30*6 {
			t.Errorf("%d runs are over, want %d", n, 30*6)
		}
		f.stop()
	})
}

// The node that takes over goes on: no slot is lost, none is started twice, timers go off, and no job file is taken in.
func TestTakeOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(func(_ context.Context, _ string, a actors.Attempt) error {
			if a.Number == 1 {
				return errTrouble
			}
			return nil
		})
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		for i := range 6 { // right after a slot, while its runs wait for their second attempts; or over a slot
			time.Sleep(time.Until(time.Now().Truncate(10 * time.Minute).Add(10*time.Minute + time.Duration(i%2*2-1)*time.Second)))
			from, to := a, b
			if i%2 == 1 {
				from, to = b, a
			}
			f.yield(from)
			time.Sleep(3 * time.Second)
			f.lead(to)
			time.Sleep(5 * time.Second)
		}
		time.Sleep(6 * time.Minute)
		synctest.Wait()
		slots := len(records[messages.RunFinished](f))
		all, _ := f.starts()
		if slots != 60 || len(all) != 2*slots || len(slices.Compact(all)) != 2*slots {
			t.Errorf("%d runs, %d attempts, want 60 and 120, each once", slots, len(all))
		}
		if n := len(records[messages.RuntimeConfigured](f)); n != 1 {
			t.Errorf("the settings were recorded %d times", n)
		}
		f.stop()
	})
}

// A node that decided and is gone without a word: what was in flight there is interrupted once, and tried again.
func TestDeciderLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.does(func(ctx context.Context, on string, a actors.Attempt) error {
			if on == "a" && a.Number == 1 {
				<-ctx.Done()
			}
			return ctx.Err()
		})
		a, b := f.join("a", jobs(10), 0), f.join("b", jobs(10), 0)
		f.lead(a, "a", "b")
		time.Sleep(2 * time.Minute)
		_, on := f.starts()
		f.lead(b) // "a" does not know it yet
		f.commit(b, messages.NodeLost{Node: "a", Incarnation: 1, Reason: messages.LossLapsed})
		if _, err := a.Commit(t.Context(), "", messages.JobPaused{Job: "job-00"}); !errors.Is(err, bus.ErrFenced) {
			t.Errorf("the old one has recorded something: %v", err)
		}
		if err := a.Wait(t.Context()); err == nil || !strings.Contains(err.Error(), "another writer") {
			t.Errorf("the node that lost the journal goes on: %v", err)
		}
		_ = a.Stop(t.Context()) // its log is closed
		a.end()
		delete(f.nodes, "a")
		time.Sleep(7 * time.Minute)
		synctest.Wait()
		lost := records[messages.AttemptInterrupted](f)
		runs, now := f.starts()
		if on["a"] == 0 || len(lost) != on["a"] || len(slices.Compact(runs)) != len(runs) || now["b"] != 10 {
			t.Errorf("%d attempts in flight were lost, %d reported; later by node %v: %q", on["a"], len(lost), now, runs)
		}
		f.stop()
	})
}

// A node with another job file says so and changes nothing; told to reload, it takes its file in, also if it follows.
func TestAnotherFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a := f.join("a", jobs(2), 0)
		f.lead(a, "a")
		time.Sleep(time.Second)
		b := f.join("b", jobs(3), 0)
		f.see(a, b)
		if n := b.log.FilterMessageSnippet("is not what the fleet goes by").Len(); n != 1 {
			t.Errorf("it is said %d times: %v", n, b.log.All())
		}
		f.yield(a)
		f.lead(b)
		time.Sleep(time.Second)
		if n := len(records[messages.JobDefined](f)); n != 2 {
			t.Errorf("%d jobs are defined, want 2", n)
		}
		f.yield(b)
		f.lead(a)
		got, err := b.Reload(t.Context())
		if err != nil || len(got.New) != 1 || len(records[messages.JobDefined](f)) != 3 {
			t.Errorf("the reload: %+v, %v", got, err)
		}
		if n := b.log.FilterMessageSnippet("is not what the fleet goes by").Len(); n != 1 {
			t.Errorf("it is said %d times", n)
		}
		f.stop()
	})
}

// A node that follows answers, and says which answers only the other one has.
func TestQuestionsToAFollower(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(3), 0), f.join("b", jobs(3), 0)
		f.lead(a, "a", "b")
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		api := backend.New(b.Runtime)
		runs, err := api.Runs(t.Context(), contract.RunQuery{Page: contract.Page{Limit: 100}})
		if err != nil || len(runs.Items) != 6 {
			t.Errorf("%d runs: %v", len(runs.Items), err)
		}
		sessions, _, err := api.Sessions(t.Context(), contract.Page{Limit: 10})
		if err != nil || len(sessions) != 1 {
			t.Errorf("%d sessions: %v", len(sessions), err)
		}
		if _, err := b.TestTarget(t.Context(), "log", "x"); !errors.Is(err, engine.ErrFollows) {
			t.Errorf("a target was tested: %v", err)
		}
		if _, _, err := api.Targets(t.Context(), contract.Page{Limit: 10}); err == nil || !strings.Contains(err.Error(), "decides") {
			t.Errorf("the targets: %v", err)
		}
		f.stop()
	})
}

// The clock of the node that takes over shows less: its jobs go on by it.
func TestTakeOverWithAnEarlierClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		a, b := f.join("a", jobs(1), 0), f.join("b", jobs(1), -time.Hour)
		f.lead(a, "a", "b")
		time.Sleep(15 * time.Minute)
		f.yield(a)
		f.lead(b)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if n := len(records[messages.ClockSetBack](f)); n != 1 {
			t.Errorf("the clock was set back %d times", n)
		}
		f.stop()
	})
}
