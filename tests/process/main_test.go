// Package process tests the built program as a process of its own: its signals, children, files and service manager. Its
// tests run on the real clock.
package process

import (
	"os"
	"testing"

	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }
