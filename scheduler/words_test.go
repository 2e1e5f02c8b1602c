package scheduler

import (
	"strings"
	"testing"
	"time"

	"curfew/messages"
)

// TestWordsTriedFirst: what people write first is taken where its meaning is certain, and answered with a question
// else.
func TestWordsTriedFirst(t *testing.T) {
	taken := func(expr, zone string) Schedule {
		t.Helper()
		s, err := Parse(messages.Timetable{Schedule: expr, Timezone: zone}, "")
		if err != nil {
			t.Errorf("%s: %v", expr, err)
		}
		return s
	}
	from := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	for expr, like := range map[string]string{
		"every 5 minutes": "every 5m", "every 1d": "every 24h", "every 2 hours and 30 minutes": "every 2h30m", "Every 1 Week": "every 168h", "every 90sec": "every 90s",
	} {
		a, _ := taken(expr, "UTC").Next(from)
		b, _ := taken(like, "UTC").Next(from)
		if !a.Equal(b) || a.IsZero() {
			t.Errorf("%s: %v, %s: %v", expr, a, like, b)
		}
	}
	for expr, like := range map[string]string{
		"at 2027-01-15 09:00": "at 2027-01-15T08:00:00Z", "at 2027-01-15T09:00:30": "at 2027-01-15T08:00:30Z", "at 2027-07-15T09:00": "at 2027-07-15T07:00:00Z",
	} {
		a, _ := taken(expr, "Europe/Vienna").Next(from)
		b, _ := taken(like, "UTC").Next(from)
		if !a.Equal(b) || a.IsZero() {
			t.Errorf("%s: %v, %s: %v", expr, a, like, b)
		}
	}
	for expr, want := range map[string]string{
		"30m": `did you mean "every 30m", or "in 30m"?`, "5 minutes": `did you mean "every 5 minutes", or "in 5 minutes"?`,
		"every day": `did you mean "every 1 day", or @daily?`, "every 400d": "longer than 366 days", "every 5 parsecs": "not a duration",
		"at 2027-03-28 02:30": "the clock in Europe/Vienna skips this time that day; write it with an offset",
		"at 2027-10-31 02:30": "the clock in Europe/Vienna shows this time twice that day; write it with an offset",
		"at 2027-02-30 09:00": "not a time", "at tomorrow": "not a time",
	} {
		_, err := Parse(messages.Timetable{Schedule: expr, Timezone: "Europe/Vienna"}, "")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", expr, err, want)
		}
	}
}
