// Package crash kills Curfew, damages what it keeps, and checks what is there afterwards: the whole runtime in virtual time at
// chosen appends, the built program on the real clock at chosen or random moments.
package crash

import (
	"os"
	"testing"

	"curfew/tests/internal/world"
)

func TestMain(m *testing.M) { os.Exit(world.RunTests(m)) }
