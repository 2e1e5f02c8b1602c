package sleep_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"curfew/bus/sleep"
)

func TestFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		why := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(90*time.Second, func() { cancel(why) })
		began := time.Now()
		for _, want := range []struct {
			err   error
			after time.Duration
		}{{nil, time.Minute}, {why, 90 * time.Second}, {why, 90 * time.Second}} {
			if err := sleep.For(ctx, time.Minute); !errors.Is(err, want.err) || time.Since(began) != want.after {
				t.Errorf("%v after %v, want %v after %v", err, time.Since(began), want.err, want.after)
			}
		}
	})
}
