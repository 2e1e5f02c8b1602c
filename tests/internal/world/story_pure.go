package world

import (
	"testing"

	"github.com/cockroachdb/datadriven"

	"curfew/bus/replay/story"
)

// TellPure tells the story in a file to the pure machine and returns its world.
func TellPure(t *testing.T, path string) *story.Sim {
	t.Helper()
	w := story.NewSim()
	s := story.New(w)
	datadriven.RunTest(t, path, func(_ *testing.T, d *datadriven.TestData) string { return s.Run(d) })
	return w
}
