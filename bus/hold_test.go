package bus_test

import (
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
)

// TestHoldKeepsWhatComes: while the log is held, a reader that begins late reads nothing from the journal; after that the
// tail is as short as it always is.
func TestHoldKeepsWhatComes(t *testing.T) {
	j := &countingJournal{Journal: memory.New()}
	l := openLog(t, bus.Options{Journal: j, Step: step})
	release := l.Hold()
	fill(t, l, 30_000)
	reads := func() int {
		before := j.reads
		r := l.Reader(0, func() {})
		defer r.Close()
		if all := drain(t, r); len(all) != 60_000 {
			t.Errorf("a reader got %d records, want 60,000", len(all))
		}
		return j.reads - before
	}
	if n := reads(); n != 0 {
		t.Errorf("%d pages were read from the journal", n)
	}
	held := l.Kept()
	release()
	release()
	if reads() == 0 {
		t.Error("all records are still in memory")
	}
	if now := l.Kept(); now <= 0 || now >= held {
		t.Errorf("%d bytes were held, and %d are kept now", held, now)
	}
}
