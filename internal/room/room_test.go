package room

import (
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"
	"time"

	"curfew/tests/patience"
)

const mib = 1 << 20

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		name string
		live uint64
		jobs int
		free uint64 // while many starts wait; 0: none do
		want int
	}{
		{"nothing was collected yet", 0, 1_000_000, 0, 100},
		{"ten jobs", 12 * mib, 10, 0, 100},
		{"a thousand jobs", 16 * mib, 1000, 0, 100},
		{"ten thousand jobs", 40 * mib, 10_000, 0, 195},
		{"a hundred thousand jobs", 256 * mib, 100_000, 0, 200},
		{"a hundred thousand jobs, all at work", 512 * mib, 100_000, 0, 100},
		{"a million jobs", 1280 * mib, 1_000_000, 0, 40},
		{"ten million jobs", 13_000 * mib, 10_000_000, 0, 30},
		{"ten jobs in a rush", 12 * mib, 10, 16_000 * mib, 100},
		{"a hundred thousand jobs in a rush", 256 * mib, 100_000, 16_000 * mib, 305},
		{"a million jobs in a rush", 1280 * mib, 1_000_000, 16_000 * mib, 312},
		{"a million jobs in a rush, and all at work", 4000 * mib, 1_000_000, 16_000 * mib, 100},
		{"a million jobs in a rush, a small machine", 1280 * mib, 1_000_000, 1024 * mib, 40},
	} {
		if got := percent(c.live, c.jobs, max(most, c.free/rushShare)); got != c.want {
			t.Errorf("%s: %d percent, want %d", c.name, got, c.want)
		}
	}
}

// The room is set by the number of jobs, again after a collection, and put back at the end.
func TestRoomFollowsJobsAndCollections(t *testing.T) {
	t.Setenv("GOGC", "")
	was := debug.SetGCPercent(77)
	defer debug.SetGCPercent(was)
	runtime.GC()
	r := Open()
	r.Jobs(100_000)
	r.mu.Lock() // a collection may set it at any moment
	set := r.set
	r.mu.Unlock()
	if set <= usual {
		t.Errorf("with a hundred thousand jobs and a small heap: %d percent", set)
	}
	r.Jobs(99_000) // too small a change to be looked at before the next collection
	r.mu.Lock()
	r.set = 1
	r.mu.Unlock()
	for end := time.Now().Add(patience.Limit); ; runtime.Gosched() {
		runtime.GC()
		r.mu.Lock()
		set := r.set
		r.mu.Unlock()
		if set != 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatal("no collection has set it again")
		}
	}
	r.Close()
	r.Jobs(1_000_000)
	if got := debug.SetGCPercent(77); got != 77 {
		t.Errorf("after the end it is %d percent, it was 77", got)
	}
}

// Who sets GOGC decides himself.
func TestRoomLeavesGOGCAlone(t *testing.T) {
	t.Setenv("GOGC", "55")
	was := debug.SetGCPercent(55)
	defer debug.SetGCPercent(was)
	r := Open()
	defer r.Close()
	r.Jobs(100_000)
	if got := debug.SetGCPercent(55); got != 55 {
		t.Errorf("it is %d percent, GOGC says 55", got)
	}
}

// While many starts wait the heap may grow by a part of what is free, and no longer. Percentages are compared by how many
// times they are larger, as what lives may differ a little from one collection to the next.
func TestRoomInARush(t *testing.T) {
	for _, c := range []struct {
		name, meminfo string
		more          bool
	}{
		{"64 GiB are free", "MemAvailable: 67108864 kB\n", true}, // a quarter is 32 times most
		{"1 GiB is free", "MemAvailable: 1048576 kB\n", false},
		{"it is not known what is free", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Setenv("GOGC", "")
			was := debug.SetGCPercent(77)
			defer debug.SetGCPercent(was)
			runtime.GC()
			r := open(fstest.MapFS{"proc/meminfo": &fstest.MapFile{Data: []byte(c.meminfo)}})
			defer r.Close()
			set := func() int {
				r.mu.Lock() // a collection may set it at any moment
				defer r.mu.Unlock()
				return r.set
			}
			r.Jobs(10_000_000) // for which 64 GiB are not enough
			before := set()
			r.Rush(true)
			during := set()
			r.Rush(false)
			after := set()
			if more := during > 8*before; more != c.more {
				t.Errorf("%d percent in a rush, %d before", during, before)
			}
			if after > 4*before {
				t.Errorf("%d percent after a rush, %d before, %d meanwhile", after, before, during)
			}
		})
	}
}
