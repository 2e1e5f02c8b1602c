package process

import "testing"

// TestOtherBuilds builds what TestRollingUpgrade and TestClockIsStepped run, as their flags say. The compiler keeps it, so
// that those tests, beside which nothing else should compute, need not wait for a compiler.
func TestOtherBuilds(t *testing.T) {
	if !*rolling && !*stepped {
		t.Skip("not run without -rolling or -stepped: the program is built once more, and with -stepped all that it needs")
	}
	if *rolling {
		newerBuild(t)
	}
	if *stepped {
		steppedBuild(t)
	}
}
