package runtime

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"curfew/internal/backend"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestClockNote sets the clock back: /readyz has a note of it for a day, also after a restart.
func TestClockNote(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world.NewStory(t)
		defer w.Stop()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		notes := func() string {
			t.Helper()
			all, err := backend.New(w.Runtime).Notes(t.Context())
			must(err)
			return strings.Join(all, "\n")
		}
		must(w.Publish(messages.RuntimeConfigured{
			Sessions: []messages.SessionConfig{{Name: messages.DefaultSession}},
			Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10},
		}))
		must(w.Advance(w.Now().Add(2 * time.Hour)))
		must(w.StepClock(-time.Hour))
		must(w.Advance(w.Now().Add(time.Minute)))
		if got := notes(); !strings.Contains(got, "the clock was set back by 1h at ") {
			t.Errorf("notes: %q", got)
		}
		must(w.Restart(false))
		must(w.Advance(w.Now().Add(22 * time.Hour)))
		if got := notes(); !strings.Contains(got, "the clock was set back by 1h at ") {
			t.Errorf("notes after a restart: %q", got)
		}
		must(w.Advance(w.Now().Add(2 * time.Hour)))
		if got := notes(); got != "" {
			t.Errorf("notes after a day: %q", got)
		}
	})
}
