package host

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
)

// TestTurns pins that one attempt of a session has the turn at a time, that others do not wait for it, and that who
// is told to stop waits no longer.
func TestTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all turns
		first, err := all.of("default").Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		other, err := all.of("work").Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		other()
		got := make(chan error, 1)
		go func() {
			done, err := all.of("default").Take(t.Context())
			if err == nil {
				defer done()
			}
			got <- err
		}()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := all.of("default").Take(stopped); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
		synctest.Wait()
		select {
		case err := <-got:
			t.Errorf("two have the turn: %v", err)
		default:
		}
		first()
		first() // again: nobody else's turn ends
		synctest.Wait()
		select {
		case err := <-got:
			if err != nil {
				t.Error(err)
			}
		default:
			t.Error("nobody has the turn, and one waits")
		}
	})
}

// TestTurnAlone pins that nobody works beside one who has the turn alone, and that it is not given while somebody works.
func TestTurnAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all turns
		one := all.of("default")
		alone, err := one.TakeAlone(t.Context())
		if err != nil || alone == nil {
			t.Fatal(alone == nil, err)
		}
		began := make(chan func(), 1)
		go func() {
			done, err := one.Work(t.Context())
			if err != nil {
				t.Error(err)
			}
			began <- done
		}()
		synctest.Wait()
		if len(began) != 0 {
			t.Fatal("an attempt works beside one who has the turn alone")
		}
		alone()
		alone()
		work := <-began
		second, err := one.Work(t.Context())
		if err != nil {
			t.Fatal("two cannot work at once: ", err)
		}
		second()
		second()
		if alone, err := one.TakeAlone(t.Context()); alone != nil || err != nil {
			t.Errorf("the turn alone was given while somebody works (%v)", err)
		}
		asked, err := one.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		asked() // an ordinary turn needs no rest
		work()
		if alone, err = one.TakeAlone(t.Context()); alone == nil || err != nil {
			t.Fatalf("nobody works, and the turn alone was not given (%v)", err)
		}
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := one.Work(stopped); !errors.Is(err, context.Canceled) {
			t.Errorf("stopped: %v", err)
		}
		alone()
	})
}
