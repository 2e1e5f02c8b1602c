package world

import (
	"os"
	"testing"
	"time"

	"curfew/tests/patience"
)

// folder returns a temporary folder. The jobs of a killed daemon may write into it for a moment after the test, so it is
// removed until it is gone.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "curfew-test-") //nolint:usetesting // the folder of t.TempDir is removed once only
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Eventually(t, "the folder to go", func() bool { return os.RemoveAll(dir) == nil }) })
	return dir
}

// look is the time between two looks of [Eventually].
const look = 10 * time.Millisecond

// Eventually waits until is returns true, for [patience.Limit] at most. It is for what another process or the real clock
// brings about. what completes "waited in vain for".
func Eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience.Limit); !is(); time.Sleep(look) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for %s", patience.Limit, what)
		}
	}
}

// Contents returns what a file holds.
func Contents(t testing.TB, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
