package sqlite_test

import (
	"math"
	"path/filepath"
	"runtime"
	"testing"

	"curfew/bus/bustest"
)

// TestAppendsUseMemoryAgain: an append has the memory of the one before for its lines and for what is stored of them.
func TestAppendsUseMemoryAgain(t *testing.T) {
	const appends, records, bound = 20, 200, 16 << 10 // the lines of one take 36 KB
	j := open(t, filepath.Join(t.TempDir(), "journal.db"))
	rs, least := bustest.Chain(appends*records), uint64(math.MaxUint64)
	for len(rs) > 0 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := j.Append(rs[:records]); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		rs, least = rs[records:], min(least, after.TotalAlloc-before.TotalAlloc) // the pool may be emptied at any time
	}
	if least > bound {
		t.Errorf("an append takes %d bytes at least, over %d", least, bound)
	}
}
