package scheduler

import (
	"slices"
	"testing"
	"time"

	"curfew/messages"
)

func TestMissed(t *testing.T) {
	for _, c := range []struct {
		name, expr, active, after, until string
		limit, named, more               int
		first, last                      string
	}{
		{"none", "0 7 * * *", "", "2026-03-01T07:00:00Z", "2026-03-02T06:59:59Z", 10, 0, 0, "", ""},
		{"until belongs to it, after does not", "0 7 * * *", "", "2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z", 10, 1, 0, "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z"},
		{"clock set back", "0 7 * * *", "", "2026-03-09T07:00:00Z", "2026-03-02T07:00:00Z", 10, 0, 0, "", ""},
		{"16 days", "0 7 * * *", "", "2026-03-01T07:00:00Z", "2026-03-17T07:05:00Z", 10, 10, 6, "2026-03-02T07:00:00Z", "2026-03-17T07:00:00Z"},
		{"exactly the limit", "0 7 * * *", "", "2026-03-01T07:00:00Z", "2026-03-11T07:05:00Z", 10, 10, 0, "2026-03-02T07:00:00Z", "2026-03-11T07:00:00Z"},
		{"every second of 16 days", "every 1s", "", "2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z", 1000, 1000, 16*86400 - 1000, "2026-03-01T00:00:01Z", "2026-03-17T00:00:00Z"},
		{"every second of 16 days, in hours", "every 1s", "00:00-11:59", "2026-03-01T00:00:00Z", "2026-03-17T00:00:00Z", 1000, 1000, 16*43200 - 1000, "2026-03-01T00:00:01Z", "2026-03-17T00:00:00Z"},
		{"every, a few", "every 7h", "", "1970-01-01T00:00:00Z", "1970-01-02T00:00:00Z", 2, 2, 1, "1970-01-01T07:00:00Z", "1970-01-01T21:00:00Z"},
		{"beyond the scan: the first is exact, the middle is not counted", "* * * * *", "", "2000-01-01T00:00:00Z", "2026-03-01T00:00:00Z", 5, 5, maxScan + 1 - 5, "2000-01-01T00:01:00Z", "2026-03-01T00:00:00Z"},
		{"one shot", "at 2026-03-01T12:00:00Z", "", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 5, 1, 0, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustParse(t, c.expr, "", c.active)
			newest, more, first := Missed(s, at(t, c.after), at(t, c.until), c.limit)
			if len(newest) != c.named || more != c.more {
				t.Fatalf("%d named and %d more, want %d and %d", len(newest), more, c.named, c.more)
			}
			if c.named == 0 {
				if first != 0 {
					t.Fatalf("first %s of none", first)
				}
				return
			}
			last := newest[len(newest)-1]
			if !first.Time().Equal(at(t, c.first)) || !last.Time().Equal(at(t, c.last)) {
				t.Errorf("from %s to %s, want %s to %s", first, last, c.first, c.last)
			}
			checkChain(t, s, newest, messages.At(at(t, c.until)))
		})
	}
}

// checkChain checks that the slots are the schedule's own, one behind the other, up to the last before until.
func checkChain(t *testing.T, s Schedule, slots []messages.Instant, until messages.Instant) {
	t.Helper()
	for i, slot := range slots {
		next, ok := s.Next(slot.Time())
		if i+1 < len(slots) && messages.At(next) != slots[i+1] {
			t.Fatalf("after %s comes %s, want %s", slot, slots[i+1], next.Format(time.RFC3339))
		}
		if i+1 == len(slots) && ok && messages.At(next) <= until {
			t.Fatalf("%s is left out", next.Format(time.RFC3339))
		}
	}
	if !slices.IsSorted(slots) {
		t.Fatal("not oldest first")
	}
}
