package host

import (
	"context"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/messages"
	"curfew/supervisor"
)

// TestTimeoutsInRows: whatever begins and ends meanwhile, each attempt times out when its own timeout is over, and the
// set has exactly those that run.
func TestTimeoutsInRows(t *testing.T) {
	timeouts := []time.Duration{0, time.Second, 7 * time.Second, time.Minute}
	synctest.Test(t, func(t *testing.T) {
		h := quietHost(t)
		random := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same in every run
		running := map[*attempt]time.Duration{}
		for range 2000 {
			switch {
			case random.IntN(5) < 3:
				timeout := timeouts[random.IntN(len(timeouts))]
				running[h.begin(orderOf(timeout), mailer{})] = timeout
			default:
				for a := range running {
					h.attempts.end(a)
					delete(running, a)
					break
				}
			}
			time.Sleep(time.Duration(random.IntN(300)) * time.Millisecond)
			synctest.Wait()
			for a, timeout := range running {
				over := timeout > 0 && time.Since(a.since) >= timeout
				if got := a.cause() != nil; got != over {
					t.Fatalf("after %v of %v: timed out is %v", time.Since(a.since), timeout, got)
				}
			}
			if list := h.attempts.list(false); len(list) != len(running) {
				t.Fatalf("%d attempts are listed, want %d", len(list), len(running))
			}
		}
		for a := range running {
			h.attempts.end(a)
			a.returned()
		}
		if err := h.Drain(t.Context()); err != nil || len(h.attempts.rows) != 0 {
			t.Errorf("%d rows are left: %v", len(h.attempts.rows), err)
		}
	})
}

// TestRunningIsListedOldestFirst: also of several timeouts.
func TestRunningIsListedOldestFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := quietHost(t)
		var wanted []time.Time
		var all []*attempt
		for i := range 10 {
			all = append(all, h.begin(orderOf(time.Duration(i%3)*time.Second), mailer{}))
			wanted = append(wanted, time.Now())
			time.Sleep(300 * time.Millisecond)
		}
		var got []time.Time
		for _, r := range h.Running() {
			got = append(got, r.Since)
		}
		if !slices.EqualFunc(got, wanted, time.Time.Equal) {
			t.Errorf("got %v, want %v", got, wanted)
		}
		for _, a := range all {
			a.returned()
			h.attempts.end(a)
		}
	})
}

func quietHost(t *testing.T) *Host {
	t.Helper()
	h, err := New(Config{
		Kinds: &actors.Registry{}, Door: noDoor{}, Grace: time.Hour,
		Publish: func(string, messages.Fact) {},
		Commit:  func(context.Context, string, messages.Fact) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func orderOf(timeout time.Duration) *supervisor.Start {
	return &supervisor.Start{Definition: messages.Keep(messages.Definition{
		Job: "a", Timeout: messages.Duration(timeout), NoTimeout: timeout == 0,
	})}
}
