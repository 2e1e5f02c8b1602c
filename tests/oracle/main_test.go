// Package oracle asks the schedulers that jobs come from, as they are, whether a job that came over does the same. Their
// tests run as root, in namespaces of their own, and only with a flag: docs/testing.md says how.
package oracle

import (
	"os"
	"testing"

	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) {
	enter() // and does not return, if this process is to become a program in a root of its own
	os.Exit(world.RunTests(m))
}
