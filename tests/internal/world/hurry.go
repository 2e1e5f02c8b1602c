package world

import (
	"flag"
	"testing"
	"time"
)

// Long is the flag -long.
var Long = flag.Bool("long", false, "let TestOutage and TestKilled take ten minutes")

// testsBegan is when this package of tests began.
var testsBegan = time.Now()

// UnlessHurried skips one of all stories if a quarter of the time that Go gives the package is over: on a busy machine
// fewer stories are tried, and the skipped ones are named, because a story that was not tried has not passed. With all,
// nothing is skipped.
func UnlessHurried(t *testing.T, all bool) {
	t.Helper()
	end, bounded := t.Deadline()
	if bounded && !all && time.Since(testsBegan) > end.Sub(testsBegan)/4 {
		t.Skip("NOT RUN: this machine is too busy for all stories within Go's time for a package; -sweep and -slots go through all of them")
	}
}
