// Package stories tells the stories of tests/testdata to the pure machine and to the whole runtime, and checks
// explanations, replays and invariants. Time is virtual.
package stories

import (
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay"
	"curfew/bus/replay/story"
	"curfew/tests/internal/world"
)

// TestStoriesPure tells every story to the pure machine. `go test ./tests/stories -run TestStoriesPure -rewrite` writes
// the texts: commit them only if you understand why they changed.
func TestStoriesPure(t *testing.T) {
	replay.Dir(t, "../testdata/stories")
}

// TestStoriesLive tells the same stories to the whole runtime and expects the same texts.
func TestStoriesLive(t *testing.T) {
	datadriven.Walk(t, "../testdata/stories", func(t *testing.T, path string) {
		synctest.Test(t, func(t *testing.T) {
			w := world.NewStory(t)
			defer w.Stop()
			s := story.New(w)
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return story.Tell(t, s, d) })
		})
	})
}
