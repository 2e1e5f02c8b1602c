package cli

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// TestRepeat: something is shown at its pace until the end; an error ends it, but for the one that the end itself causes.
func TestRepeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		term := &terminal{out: &stdout{to: &bytes.Buffer{}}}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		shown := 0
		if err := term.repeat(ctx, 2*time.Second, func() error { shown++; return nil }); err != nil || shown != 3 {
			t.Errorf("shown %d times, %v", shown, err)
		}
		gone := errors.New("the daemon is gone")
		if err := term.repeat(t.Context(), time.Second, func() error { return gone }); !errors.Is(err, gone) {
			t.Errorf("got %v", err)
		}
		if err := term.repeat(ctx, time.Second, func() error { return gone }); err != nil {
			t.Errorf("after the end: %v", err)
		}
	})
}
