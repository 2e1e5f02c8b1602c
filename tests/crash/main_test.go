// Package crash kills Curfew, damages its files, and checks what is left. The whole runtime is killed at chosen appends
// in virtual time, the built program at chosen or random moments on the real clock.
package crash

import (
	"os"
	"testing"

	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }
