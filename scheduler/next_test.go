package scheduler

import (
	"testing"
	"time"
	_ "time/tzdata" // the tests must not depend on the machine's zones

	"curfew/messages"
)

// parseRule is the schedule of an expression, a zone and hours such as "08:00-20:00" or none.
func parseRule(expr, zone, active string) (Schedule, error) {
	spec := messages.Timetable{Schedule: expr, Timezone: zone}
	if active != "" {
		spec.ActiveHours = &messages.ActiveHours{Start: active[:5], End: active[6:]}
	}
	return Parse(spec, "")
}

func mustParse(t testing.TB, expr, zone, active string) Schedule {
	t.Helper()
	s, err := parseRule(expr, zone, active)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNext(t *testing.T) {
	const berlin, ny, havana, beirut, howe, apia = "Europe/Berlin", "America/New_York", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia"
	for _, c := range []struct{ name, expr, zone, active, after, want string }{
		{"strictly after", "0 7 * * *", "", "", "2026-03-01T07:00:00Z", "2026-03-02T07:00:00Z"},
		{"a millisecond before", "0 7 * * *", "", "", "2026-03-01T06:59:59.999Z", "2026-03-01T07:00:00Z"},
		{"a millisecond after", "0 7 * * *", "", "", "2026-03-01T07:00:00.001Z", "2026-03-02T07:00:00Z"},
		{"list and range", "5,10-12 9 * * *", "", "", "2026-03-01T09:10:00Z", "2026-03-01T09:11:00Z"},
		{"step of a range", "10-30/10 * * * *", "", "", "2026-03-01T09:20:00Z", "2026-03-01T09:30:00Z"},
		{"open step", "50/4 * * * *", "", "", "2026-03-01T09:54:30Z", "2026-03-01T09:58:00Z"},
		{"names in any case", "0 0 * JAN-mar MoN", "", "", "2026-03-31T00:00:00Z", "2027-01-04T00:00:00Z"},
		{"7 is Sunday", "0 0 * * 7", "", "", "2026-03-02T00:00:00Z", "2026-03-08T00:00:00Z"},
		{"5-7 ends with Sunday", "0 0 * * 5-7", "", "", "2026-03-07T00:00:00Z", "2026-03-08T00:00:00Z"},
		{"either day field", "0 0 13 * 5", "", "", "2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"},
		{"either day field, by weekday", "0 0 14 * 5", "", "", "2026-03-14T00:00:00Z", "2026-03-20T00:00:00Z"},
		{"both day fields after a star", "0 0 */2 * 5", "", "", "2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z"},
		{"a star that is not first is no star", "0 0 2,*/9 * 5", "", "", "2026-03-02T00:00:00Z", "2026-03-06T00:00:00Z"},
		{"month ends", "0 0 31 * *", "", "", "2026-03-31T00:00:00Z", "2026-05-31T00:00:00Z"},
		{"leap day", "0 0 29 2 *", "", "", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"},
		{"leap day on a Sunday, across 2100", "0 0 29 2 */7", "", "", "2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"},
		{"before 1970", "0 0 1 1 *", "", "", "1899-07-01T00:00:00Z", "1900-01-01T00:00:00Z"},
		{"after the last year", "@yearly", "", "", "9999-01-01T00:00:00Z", ""},
		{"hourly", "@hourly", "", "", "2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z"},
		{"daily", "@daily", berlin, "", "2026-03-01T09:00:00Z", "2026-03-01T23:00:00Z"},
		{"midnight", "@Midnight", "", "", "2026-03-01T09:00:00Z", "2026-03-02T00:00:00Z"},
		{"weekly", "@weekly", "", "", "2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z"},
		{"monthly", "@monthly", "", "", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"},
		{"yearly", "@yearly", "", "", "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z"},
		{"annually", "@annually", "", "", "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z"},

		{"gap, fixed: first instant after it", "30 2 * * *", berlin, "", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"},
		{"gap, fixed: once", "0,15,30 2 * * *", berlin, "", "2026-03-29T01:00:00Z", "2026-03-30T00:00:00Z"},
		{"gap, fixed: and its own time", "30 2,3 * * *", berlin, "", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"},
		{"gap, wildcard: nothing", "*/7 2 * * *", berlin, "", "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"},
		{"gap, after the last year", "0 30 2 * * * 2025", ny, "", "2026-03-08T06:59:59Z", ""},
		{"gap, far away", "30 2 29 3 *", berlin, "", "2025-04-01T00:00:00Z", "2026-03-29T01:00:00Z"},
		{"gap at midnight", "15 0 * * *", havana, "", "2026-03-07T12:00:00Z", "2026-03-08T05:00:00Z"},
		{"gap at midnight, weekday", "31 2 * * 5-6", beirut, "", "2026-03-28T12:00:00Z", "2026-04-02T23:31:00Z"},
		{"gap of 30 minutes", "15 2 * * *", howe, "", "2026-10-02T16:00:00Z", "2026-10-03T15:30:00Z"},
		{"gap of a day is no daylight saving", "0 12 30 12 *", apia, "", "2011-12-29T00:00:00Z", "2012-12-29T22:00:00Z"},
		{"fold, fixed: first pass", "30 1 * * *", ny, "", "2026-11-01T00:00:00Z", "2026-11-01T05:30:00Z"},
		{"fold, fixed: not the second", "30 1 * * *", ny, "", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"},
		{"fold, fixed: from inside the second", "30,45 1 * * *", ny, "", "2026-11-01T06:31:00Z", "2026-11-02T06:30:00Z"},
		{"fold, wildcard: both passes", "*/30 1 * * *", ny, "", "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z"},
		{"fold, wildcard: second pass, rest", "*/30 1 * * *", ny, "", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z"},
		{"fold, every hour", "0 * * * *", ny, "", "2026-11-01T05:00:00Z", "2026-11-01T06:00:00Z"},
		{"fold after years of tables", "30 2 * * *", berlin, "", "2060-10-31T00:30:00Z", "2060-11-01T01:30:00Z"},
		{"31 December of a leap year behind the tables", "0 12 * * *", berlin, "", "2040-12-31T11:00:00Z", "2041-01-01T11:00:00Z"},

		{"hours: next morning", "*/15 * * * *", "", "08:00-20:00", "2026-03-01T20:00:00Z", "2026-03-02T08:00:00Z"},
		{"hours: the end belongs to them", "*/15 * * * *", "", "08:00-20:00", "2026-03-01T19:45:00Z", "2026-03-01T20:00:00Z"},
		{"hours: begin inside an hour", "*/15 * * * *", "", "08:20-08:40", "2026-03-01T00:00:00Z", "2026-03-01T08:30:00Z"},
		{"hours: across midnight", "0 * * * *", "", "22:00-02:00", "2026-03-01T02:00:00Z", "2026-03-01T22:00:00Z"},
		{"hours: across midnight, inside", "0 * * * *", "", "22:00-02:00", "2026-03-01T23:00:00Z", "2026-03-02T00:00:00Z"},
		{"hours: in the zone", "0 * * * *", ny, "09:00-17:00", "2026-07-01T00:00:00Z", "2026-07-01T13:00:00Z"},
		{"hours: a made-up slot must lie in them", "30 2 * * *", berlin, "02:00-02:45", "2026-03-28T12:00:00Z", "2026-03-30T00:30:00Z"},

		{"every", "every 15m", ny, "", "2026-03-01T00:14:59.5Z", "2026-03-01T00:15:00Z"},
		{"every, strictly", "every 2s", "", "", "2026-03-01T00:00:02Z", "2026-03-01T00:00:04Z"},
		{"every, not a part of a day", "every 7h", "", "", "1970-01-02T00:00:00Z", "1970-01-02T04:00:00Z"},
		{"every, before 1970", "Every 1h30m", "", "", "1969-12-31T22:30:00Z", "1970-01-01T00:00:00Z"},
		{"every, hours", "every 40m", "", "08:00-08:59", "2026-03-01T08:50:00Z", "2026-03-02T08:00:00Z"},
		{"every, hours to the last second", "every 20s", "", "08:00-08:59", "2026-03-01T08:59:20Z", "2026-03-01T08:59:40Z"},
		{"every, hours, gap", "every 30m", berlin, "02:00-02:59", "2026-03-28T12:00:00Z", "2026-03-30T00:00:00Z"},
		{"every, hours, fold", "every 30m", berlin, "02:00-02:59", "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z"},
		{"every, hours met in summer only", "every 24h", berlin, "02:00-02:30", "2026-11-01T00:00:00Z", "2027-03-29T00:00:00Z"},

		{"at", "at 2027-01-15T12:00:00.250+02:00", ny, "", "2026-03-01T00:00:00Z", "2027-01-15T10:00:00.25Z"},
		{"at, over", "AT 2027-01-15T12:00:00Z", "", "", "2027-01-15T12:00:00Z", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := mustParse(t, c.expr, c.zone, c.active)
			got, ok := s.Next(at(t, c.after))
			if ok != (c.want != "") {
				t.Fatalf("%s after %s: found %v", s, c.after, ok)
			}
			if ok && !got.Equal(at(t, c.want)) {
				t.Errorf("%s after %s: %s, want %s", s, c.after, got.Format(time.RFC3339Nano), c.want)
			}
		})
	}
}

// Between two changes of a zone's offset, and nowhere else, wall-clock time and time are one line:
// the stretches must say so, also behind the zone tables, where Go's own bounds do not.
func TestStretchesHoldOneOffset(t *testing.T) {
	for _, name := range []string{"UTC", "Europe/Berlin", "Africa/Casablanca", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia"} {
		z, err := zoneOf(name)
		if err != nil {
			t.Fatal(err)
		}
		for year := 2036; year < 2110; year++ {
			for day := range 366 {
				at := time.Date(year, 1, 1+day, day%24, 30, 0, 0, time.UTC).Unix()
				st := z.at(at)
				_, offset := time.Unix(min(st.end-1, at+secondsOfDay), 0).In(z.loc).Zone()
				if st.start > at || st.end <= at || int64(offset) != st.offset {
					t.Fatalf("%s at %s: stretch %+v, offset at its end %d", name, time.Unix(at, 0).UTC(), st, offset)
				}
			}
		}
	}
}

func TestNextDoesNotAllocate(t *testing.T) {
	for _, c := range benchmarks {
		s := mustParse(t, c.expr, "America/New_York", c.active)
		from := at(t, "2026-03-07T12:34:56Z")
		if n := testing.AllocsPerRun(100, func() { s.Next(from) }); n != 0 {
			t.Errorf("%s: %v allocations", s, n)
		}
	}
}

var benchmarks = []struct{ name, expr, active string }{
	{"minute", "* * * * *", ""},
	{"5min", "*/5 * * * *", ""},
	{"weekday9", "0 9 * * 1-5", ""},
	{"fixed", "30 2 * * *", ""},
	{"monthly", "0 0 1 * *", ""},
	{"yearly", "0 0 1 1 *", ""},
	{"leap", "0 0 29 2 *", ""},
	{"leap-sunday", "0 0 29 2 */7", ""},
	{"hours", "*/15 * * * *", "08:00-20:00"},
	{"every", "every 15m", ""},
	{"every-hours", "every 15m", "08:00-20:00"},
}

func BenchmarkNext(b *testing.B) {
	for _, c := range benchmarks {
		b.Run(c.name, func(b *testing.B) {
			s := mustParse(b, c.expr, "America/New_York", c.active)
			from := at(b, "2026-03-07T12:34:56Z")
			b.ReportAllocs()
			for b.Loop() {
				from, _ = s.Next(from)
				if from.Year() > 2200 {
					from = at(b, "2026-03-07T12:34:56Z")
				}
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		mustParse(b, "*/5 8-20 * * MON-FRI", "America/New_York", "")
	}
}
