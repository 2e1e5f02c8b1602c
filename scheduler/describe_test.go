package scheduler

import (
	"testing"
	"time"

	"curfew/messages"
)

func TestDescribe(t *testing.T) {
	for _, c := range []struct{ expr, want string }{
		{"0 7 * * *", "every day at 07:00 in America/Los_Angeles"},
		{"@daily", "every day at 00:00 in America/Los_Angeles"},
		{"@hourly", "every hour in America/Los_Angeles"},
		{"@weekly", "every Sunday at 00:00 in America/Los_Angeles"},
		{"@monthly", "on day 1 of every month at 00:00 in America/Los_Angeles"},
		{"@yearly", "on day 1 of the month in January at 00:00 in America/Los_Angeles"},
		{"* * * * *", "every minute in America/Los_Angeles"},
		{"* * * * * *", "every second in America/Los_Angeles"},
		{"*/15 * * * *", "every 15 minutes in America/Los_Angeles"},
		{"5 * * * *", "every hour at minute 5 in America/Los_Angeles"},
		{"*/10 8-17 * * MON-FRI", "every 10 minutes of hours 8 to 17, every Monday to Friday in America/Los_Angeles"},
		{"0 9 * * 1-5", "every Monday to Friday at 09:00 in America/Los_Angeles"},
		{"0,30 7,19 * * *", "every day at 07:00, 07:30, 19:00 and 19:30 in America/Los_Angeles"},
		{"0 0 13 * 5", "on day 13 of every month and on every Friday at 00:00 in America/Los_Angeles"},
		{"0 0 */2 * 5", "on days 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29 and 31 of the month if it is a Friday at 00:00 in America/Los_Angeles"},
		{"0 12 L,15W * *", "on the last day and the weekday nearest to day 15 of every month at 12:00 in America/Los_Angeles"},
		{"0 12 * * 5L,MON#2", "every second Monday of the month and last Friday of the month at 12:00 in America/Los_Angeles"},
		{"30 0 7 1 JAN-MAR * 2027-2029", "on day 1 of the month in January to March of 2027 to 2029 at 07:00:30 in America/Los_Angeles"},
		{"every 15m", "every 15 minutes"},
		{"every 90m", "every 90 minutes"},
		{"every 1h", "every hour"},
		{"at 2027-01-15T12:00:00Z", "once, on 2027-01-15 at 04:00:00 in America/Los_Angeles"},
		{"in 10 Minutes", "once, in 10 minutes from when it is defined"},
		{"@reboot", "at every start of the runtime"},
		{"0 7 * * *; @reboot", "every day at 07:00 in America/Los_Angeles; also at every start of the runtime"},
	} {
		s := mustParse(t, c.expr, "America/Los_Angeles", "")
		if got := s.Describe(); got != c.want {
			t.Errorf("%s: %q\nwant %q", c.expr, got, c.want)
		}
	}
}

func TestDescribeLimits(t *testing.T) {
	s, err := Parse(Spec{
		Expr: "0 7 * * *", Timezone: "Europe/Berlin", Job: "briefing", Exclude: []string{"2026-12-24", "2026-12-25"}, DST: messages.DSTSkip,
		Start: messages.At(at(t, "2026-12-22T06:00:00Z")), End: messages.At(at(t, "2026-12-27T06:00:00Z")), Splay: messages.Duration(30 * time.Second),
		ActiveHours: &messages.ActiveHours{Start: "06:00", End: "08:30"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := "every day at 07:00 in Europe/Berlin, left out when the clock skips it, between 06:00 and 08:30, from 2026-12-22 at 07:00:00 in Europe/Berlin, " +
		"until 2026-12-27 at 07:00:00 in Europe/Berlin, except on 2 dates, " + s.Delay().String() + " later (splay)"
	if got := s.Describe(); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}
