package scheduler

import (
	"slices"
	"strings"
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
		{"every minute of 26 years", "* * * * *", "", "2000-01-01T00:00:00Z", "2026-03-01T00:00:00Z", 5, 5, 9556*1440 - 5, "2000-01-01T00:01:00Z", "2026-03-01T00:00:00Z"},
		{"every ten seconds of 90 days", "*/10 * * * * *", "", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z", 5, 5, 90*8640 - 5, "2026-01-01T00:00:10Z", "2026-04-01T00:00:00Z"},
		{"all of them long ago", "* * * * * * 2000", "", "1999-01-01T00:00:00Z", "2026-03-01T00:00:00Z", 5, 5, 366*86400 - 5, "2000-01-01T00:00:00Z", "2000-12-31T23:59:59Z"},
		{"beyond the scan: the first is exact, the middle is not counted", "* * * * *; 0 0 1 1 *", "", "2000-01-01T00:00:00Z", "2026-03-01T00:00:00Z", 5, 5, maxScan/1442*1440 + 1 - 5, "2000-01-01T00:01:00Z", "2026-03-01T00:00:00Z"},
		{"one shot", "at 2026-03-01T12:00:00Z", "", "2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z", 5, 1, 0, "2026-03-01T12:00:00Z", "2026-03-01T12:00:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustParse(t, c.expr, "", c.active)
			m := Missed(s, at(t, c.after), at(t, c.until), 0, c.limit)
			newest, more, first := m.Slots, m.More, m.First
			if m.AtLeast != strings.HasPrefix(c.name, "beyond the scan") || m.Old != 0 || !m.Recent.IsZero() {
				t.Errorf("at least: %v, old %d %v", m.AtLeast, m.Old, m.Recent)
			}
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

// TestMissedWindow: how many of the slots that are not named are too old.
func TestMissedWindow(t *testing.T) {
	const three, hour = 72 * time.Hour, time.Hour
	for _, c := range []struct {
		name, expr, active, until string
		window                    time.Duration
		limit, more, old          int
		recent                    string
		once                      bool
	}{
		{"three days down", "* * * * *", "", "2026-03-04T00:00:30Z", 24 * hour, 1000, 3320, 2880, "2026-03-03T00:01:00Z", false},
		{"the edge is not old", "* * * * *", "", "2026-03-04T00:00:00Z", 24 * hour, 1000, 3320, 2879, "2026-03-03T00:00:00Z", false},
		{"an interval", "every 1m", "", "2026-03-04T00:00:30Z", 24 * hour, 1000, 3320, 2880, "2026-03-03T00:01:00Z", false},
		{"one by one", "* * * * *; 0 0 1 1 *", "", "2026-03-04T00:00:30Z", 24 * hour, 1000, 3320, 2880, "2026-03-03T00:01:00Z", false},
		{"in hours", "every 1m", "00:00-11:59", "2026-03-04T00:00:30Z", 24 * hour, 100, 2060, 1440, "2026-03-03T00:01:00Z", false},
		{"all that are not named are old", "* * * * *", "", "2026-03-04T00:00:30Z", hour, 1000, 3320, 3320, "", false},
		{"none is old", "* * * * *", "", "2026-03-04T00:00:30Z", 2 * three, 1000, 3320, 0, "", false},
		{"no window", "* * * * *", "", "2026-03-04T00:00:30Z", 0, 1000, 3320, 0, "", false},
		{"all are named", "0 7 * * *", "", "2026-03-04T00:00:30Z", hour, 1000, 0, 0, "", false},
		{"dates", "at 2026-03-01T12:00:00Z; at 2026-03-02T12:00:00Z", "", "2026-03-04T00:00:30Z", hour, 1, 1, 1, "", true},
		{"a date among others", "at 2026-03-01T12:00:00Z; 0 7 * * *", "", "2026-03-04T00:00:30Z", hour, 9, 0, 0, "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Missed(mustParse(t, c.expr, "", c.active), at(t, "2026-03-01T00:00:00Z"), at(t, c.until), c.window, c.limit)
			recent := messages.Instant(0)
			if c.recent != "" {
				recent = messages.At(at(t, c.recent))
			}
			if m.More != c.more || m.Old != c.old || m.Recent != recent || m.Once != c.once || m.AtLeast {
				t.Errorf("%d more, %d of them old, recent %v, once %v; want %d, %d, %v, %v", m.More, m.Old, m.Recent, m.Once, c.more, c.old, recent, c.once)
			}
		})
	}
}
