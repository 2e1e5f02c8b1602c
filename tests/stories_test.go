package tests

import (
	"testing"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay"
)

// TestStoriesPure tells every story to the pure machine. The texts are written by
// `go test ./tests -run TestStoriesPure -rewrite`: commit them only if you understand why they changed.
func TestStoriesPure(t *testing.T) {
	datadriven.Walk(t, "testdata/stories", func(t *testing.T, path string) {
		story := replay.NewStory(replay.NewSim())
		datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string { return story.Run(d) })
	})
}
