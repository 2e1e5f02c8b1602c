package scheduler_test

import (
	"errors"
	"testing"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// FuzzParse looks for a text that Parse lets through and Next, Missed, Describe or Note cannot follow, and
// for an error that does not say what it is about.
func FuzzParse(f *testing.F) {
	for _, expr := range []string{
		"0 7 * * *", "*/5 8-20/2 1,15 jan-mar MON", "@daily", "every 1h30m", "at 2027-01-15T12:00:00Z", "0 0 29 2 */7", "H 5 * * MON#2,5L",
		"*/20 22-2/2 ? L-3,LW,31W * FRI-MON 2027-2100/3", "in 1 hour and 30 minutes", "TZ=Asia/Tokyo 0 7 * * *; @reboot", "H(0-29)/7 H * * *",
	} {
		f.Add(expr, "Europe/Berlin", "08:00", "20:00", "2026-03-29", int64(30), int64(1774746000))
	}
	f.Add("30 2 * * *", "Australia/Lord_Howe", "22:00", "02:59", "", int64(0), int64(2240524800))
	f.Fuzz(func(t *testing.T, expr, zone, start, end, date string, splay, after int64) {
		spec := messages.Timetable{Schedule: expr, Timezone: zone, Anchor: 1, DST: messages.DSTRunBoth, Days: messages.DaysAnd}
		for _, full := range []bool{false, true} {
			if full {
				spec.ActiveHours = &messages.ActiveHours{Start: start, End: end}
				spec.Exclude, spec.Splay, spec.DST = []string{date}, messages.Duration(splay)*messages.Duration(time.Second), messages.DSTFirstPass
			}
			s, err := scheduler.Parse(spec, "fuzz")
			if err != nil {
				var wrong *scheduler.Error
				if !errors.As(err, &wrong) || wrong.Key == "" || wrong.Problem == "" {
					t.Fatalf("%q: an error that does not say what is wrong: %v", expr, err)
				}
				continue
			}
			follow(t, s, time.Unix(after%253402300799, 0))
		}
	})
}

// follow walks a few slots.
func follow(t *testing.T, s scheduler.Schedule, from time.Time) {
	s.Describe()
	s.Doubts()
	begin := from
	for n := range 3 {
		next, ok := s.Next(from)
		if !ok {
			return
		}
		if !next.After(from) {
			t.Fatalf("%s: %s is not after %s", s, next, from)
		}
		if again, ok := s.Next(next.Add(-time.Millisecond)); !ok || !again.Equal(next) {
			t.Fatalf("%s: %s, and a millisecond before it %s", s, next, again)
		}
		s.Note(next)
		if m := scheduler.Missed(s, from, next, 0, 5); len(m.Slots) != 1 || m.Slots[0] != messages.At(next) || m.First != m.Slots[0] {
			t.Fatalf("%s: slot %d after %s is %s, but missed are %v", s, n, begin, next, m.Slots)
		}
		from = next
	}
}
