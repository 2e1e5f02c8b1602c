// Package live tests the whole runtime with the real actor types, against servers on loopback. Its tests run on the real
// clock.
package live

import (
	"os"
	"testing"

	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }
