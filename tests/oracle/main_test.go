// Package oracle asks the schedulers that jobs come from, as they are, whether a job that came over does the same. The
// tests run with a flag only, those of cron as root and in namespaces of their own: docs/testing.md says how.
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
