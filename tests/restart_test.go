package tests

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"curfew/actors"
	"curfew/internal/api"
	"curfew/messages"
)

// TestRestartIsOneInterruption: an orderly stop leaves its attempts to the next start, which reports each
// once. Reported by both, two restarts would be four interruptions, and the third in a row counts.
func TestRestartIsOneInterruption(t *testing.T) {
	const file = `
jobs:
  - {name: long, actor: shell, schedule: "0 1 * * *", timeout: 10h, with: {}}
`
	synctest.Test(t, func(t *testing.T) {
		s := newStage(t)
		s.act = func(ctx context.Context, _ actors.Attempt) error { return work(ctx, 5*time.Hour) }
		s.start(file)
		s.until("2027-01-15T01:10:00Z")
		for range 2 {
			s.stop()
			s.start(file)
			synctest.Wait()
		}
		runs, _, err := s.rt.API().Runs(t.Context(), api.RunQuery{Page: api.Page{Limit: 10}})
		if err != nil || len(runs) != 1 {
			t.Fatalf("runs %v, %v", runs, err)
		}
		var ended []messages.Class
		for _, a := range runs[0].Attempts[:len(runs[0].Attempts)-1] {
			ended = append(ended, *a.Class)
		}
		if len(ended) != 2 || ended[0] != messages.ClassInterrupted || ended[1] != messages.ClassInterrupted || runs[0].Status != messages.StatusRunning {
			t.Errorf("after two restarts the run is %s and its attempts ended %v", runs[0].Status, ended)
		}
		s.stop()
	})
}
