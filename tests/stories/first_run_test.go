package stories

import (
	"testing"
	"testing/synctest"
	"time"

	"curfew/internal/backend"
	"curfew/messages"
	"curfew/tests/internal/world"
)

// TestFirstRun: the API names the run that will prove a probing session: the next one that uses its token. A job with a
// key of its own does not count, however soon it falls due.
func TestFirstRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := world.NewStory(t)
		defer w.Stop()
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Publish(messages.RuntimeConfigured{
			Sessions: []messages.SessionConfig{{Name: messages.DefaultSession, Backend: "https://api.example.com"}},
			Release:  messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 10},
		}))
		for _, d := range []messages.Definition{
			randomJob("mine", "agent", messages.DefaultSession, messages.OnHoldRunOnce),
			randomJob("proves", "agent", messages.DefaultSession, messages.OnHoldRunOnce),
		} {
			if d.Schedule = "0 * * * *"; d.Job == "mine" {
				d.Schedule, d.OwnKey = "*/5 * * * *", true
			}
			must(w.Publish(messages.Defined(d)))
		}
		must(w.SignIn(messages.DefaultSession, "ada", 0))
		got, err := backend.New(w.Runtime).Session(t.Context(), messages.DefaultSession)
		must(err)
		if got.FirstRun == nil || got.FirstRun.Job != "proves" {
			t.Errorf("the session waits for %+v", got.FirstRun)
		}
	})
}
