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
		first, err := all.take(t.Context(), "default")
		if err != nil {
			t.Fatal(err)
		}
		other, err := all.take(t.Context(), "work")
		if err != nil {
			t.Fatal(err)
		}
		other()
		got := make(chan error, 1)
		go func() {
			done, err := all.take(t.Context(), "default")
			if err == nil {
				defer done()
			}
			got <- err
		}()
		stopped, stop := context.WithCancel(t.Context())
		stop()
		if _, err := all.take(stopped, "default"); !errors.Is(err, context.Canceled) {
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
