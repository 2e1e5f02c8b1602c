package scheduler_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
	"curfew/scheduler"
)

// TestSetBack holds what a schedule names after the clock was set back from noon, by the table of docs/schedules.md.
func TestSetBack(t *testing.T) {
	noon := messages.At(time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC))
	all := scheduler.Mark{Since: noon, Judged: true}
	for _, c := range []struct {
		what, expr string
		mark       scheduler.Mark
		by         time.Duration
		want       []string // the first slots afterwards
	}{
		{"a time of day is not repeated", "30 11 * * *", all, time.Hour, []string{"02T11:30"}},
		{"nor are several", "0,30 9-12 * * *", all, time.Hour, []string{"01T12:30", "02T09:00"}},
		{"a pace goes on at once", "*/30 * * * *", all, time.Hour, []string{"01T11:30", "01T12:00"}},
		{"by the hour, too", "15 * * * *", all, time.Hour, []string{"01T11:15", "01T12:15"}},
		{"every", "every 40m", all, time.Hour, []string{"01T11:20", "01T12:00"}},
		{"a list", "45 11 * * *; 15 */1 * * *", all, time.Hour, []string{"01T11:15", "01T12:15"}},
		{"a moment short of a new clock", "30 11 * * *", all, 3*time.Hour - time.Millisecond, []string{"02T11:30"}},
		{"a new clock", "30 11 * * *", all, 3 * time.Hour, []string{"01T11:30", "02T11:30"}},
		{"at comes once", "at 2027-01-01T11:30:00Z; 0 12 2 * *", all, 4 * time.Hour, []string{"02T12:00"}},
		{"in comes once", "in 90m; 0 12 2 * *", all, 4 * time.Hour, []string{"02T12:00"}},
		{"at that has not come", "at 2027-01-01T11:30:00Z", scheduler.Mark{Since: noon}, time.Hour, []string{"01T11:30"}},
		{"nothing was judged", "30 11 * * *", scheduler.Mark{Since: noon}, time.Hour, []string{"01T11:30"}},
		{"not set back so far", "30 11 * * *", scheduler.Mark{Since: noon.Add(-20 * time.Hour), Judged: true}, time.Hour, []string{"01T11:30"}},
		{"a pace that stands still", "*/30 * * * *", all, time.Hour, []string{"01T12:30", "01T13:00"}},
		{"a pace that stands still, and a new clock", "*/30 * * * *", all, 3 * time.Hour, []string{"01T09:30", "01T10:00"}},
		{"every does not stand still", "every 40m", all, time.Hour, []string{"01T11:20", "01T12:00"}},
	} {
		table := messages.Timetable{Schedule: c.expr, Anchor: noon.Add(-2 * time.Hour)}
		if strings.Contains(c.what, "still") {
			table.DST = messages.DSTFirstPass
		}
		s, err := scheduler.Parse(table, "")
		if err != nil {
			t.Fatal(err)
		}
		m := c.mark.SetBack(c.by, noon.Add(-c.by))
		var got []string
		for at := m.Since.Time(); len(got) < len(c.want); {
			next, ok := s.After(m).Next(at)
			if !ok {
				break
			}
			at = next
			got = append(got, next.Format("02T15:04"))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.what, got, c.want)
		}
	}
}

// TestAfterIsACopy: what an earlier reading of the clock has judged is not lost to those who share the schedule; a job
// without a schedule has none after its clock was set back, either.
func TestAfterIsACopy(t *testing.T) {
	noon := messages.At(time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC))
	m := scheduler.Mark{Since: noon, Judged: true}.SetBack(time.Hour, noon.Add(-time.Hour))
	s, err := scheduler.Parse(messages.Timetable{Schedule: "30 11 * * *"}, "")
	if err != nil {
		t.Fatal(err)
	}
	muted, _ := s.After(m).Next(m.Since.Time())
	if next, _ := s.Next(m.Since.Time()); !next.Before(muted) {
		t.Errorf("the schedule goes on at %s, and without the slots that were judged at %s", next, muted)
	}
	if next, ok := (scheduler.Schedule{}).After(m).Next(m.Since.Time()); ok {
		t.Errorf("no schedule has a slot at %s", next)
	}
}

// TestSetBackAgain: several steps back are a new clock once they have come to three hours together.
func TestSetBackAgain(t *testing.T) {
	noon := messages.At(time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC))
	m := scheduler.Mark{Since: noon, Judged: true}
	for hours := range 3 {
		to := noon.Add(-time.Duration(hours+1) * time.Hour)
		if m = m.SetBack(time.Hour, to); (m.Fixed == 0) != (hours == 2) || m.Since != to {
			t.Errorf("after %d steps of an hour: %+v", hours+1, m)
		}
	}
}

// TestMissedAfterSetBack holds that counting agrees with naming slot by slot when some slots are muted.
func TestMissedAfterSetBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := scheduler.Parse(messages.Timetable{
			Schedule: rapid.SampledFrom([]string{"30 11 * * *", "*/7 * * * *", "every 13m", "0,30 9-12 * * *; 5 * * * *", "5 11 * * *; at 2027-01-01T11:30:00Z"}).Draw(t, "expr"),
			Splay:    messages.Duration(rapid.IntRange(0, 600).Draw(t, "splay")) * messages.Duration(time.Second),
		}, "a")
		if err != nil {
			t.Fatal(err)
		}
		noon := messages.At(time.Date(2027, 1, 1, 12, 0, 0, 0, time.UTC))
		m := scheduler.Mark{Since: noon, Judged: true}
		for range rapid.IntRange(1, 3).Draw(t, "steps") {
			by := time.Duration(rapid.IntRange(1, 300).Draw(t, "minutes")) * time.Minute
			m = m.SetBack(by, m.Since.Add(-by))
			m.Since = m.Since.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "on")) * time.Minute)
		}
		after := s.After(m)
		until := m.Since.Add(time.Duration(rapid.IntRange(1, 3000).Draw(t, "until")) * time.Minute)
		var want []messages.Instant
		for at := m.Since.Time(); ; {
			next, ok := after.Next(at)
			if !ok || messages.At(next) > until {
				break
			}
			at = next
			want = append(want, messages.At(next))
		}
		got := scheduler.Missed(after, m.Since.Time(), until.Time(), 0, 1000)
		if len(got.Slots)+got.More != len(want) || !slices.Equal(got.Slots, want[max(0, len(want)-1000):]) {
			t.Fatalf("%d+%d slots, want %d", len(got.Slots), got.More, len(want))
		}
	})
}
