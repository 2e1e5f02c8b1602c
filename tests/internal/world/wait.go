package world

import (
	"os"
	"testing"
	"time"

	"curfew/tests/patience"
)

// folder is a temporary folder into which the jobs of a killed daemon may write for a moment: it is removed until
// it is gone.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "curfew-test-") //nolint:usetesting // that one's removal fails at once
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Eventually(t, "the folder to go", func() bool { return os.RemoveAll(dir) == nil }) })
	return dir
}

// look is how often a test in real time looks whether what must come has come.
const look = 10 * time.Millisecond

// Eventually waits for what another process, or the clock, brings about.
func Eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience.Limit); !is(); time.Sleep(look) {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain for %s", patience.Limit, what)
		}
	}
}

// Contents is what a file holds, wherever it is.
func Contents(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
