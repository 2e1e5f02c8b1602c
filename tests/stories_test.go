package tests

import (
	"testing"
	"testing/synctest"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay"
	"curfew/bus/replay/story"
)

// TestStoriesPure tells every story to the pure machine. The texts are written by
// `go test ./tests -run TestStoriesPure -rewrite`: commit them only if you understand why they changed.
func TestStoriesPure(t *testing.T) {
	replay.Dir(t, "testdata/stories")
}

// TestStoriesLive tells the same stories to the whole runtime and expects the same texts.
func TestStoriesLive(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		synctest.Test(t, func(t *testing.T) {
			w := newLiveWorld(t)
			defer w.stop()
			s := story.New(w)
			datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string { return story.Tell(t, s, d) })
		})
	})
}
