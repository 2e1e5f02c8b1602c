package scheduler

import (
	"math/rand/v2"
	"strings"
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
		{"*/10 8-17 * * MON-FRI", "every 10 minutes from 08:00 to 17:50, every Monday to Friday in America/Los_Angeles"},
		{"*/10 5 * * * *", "every 10 seconds of minute 5 of every hour in America/Los_Angeles"},
		{"*/10 * * * * *", "every 10 seconds in America/Los_Angeles"},
		{"30 * * * * *", "every minute at second 30 in America/Los_Angeles"},
		{"30 5 * * * *", "every hour at minute 5, second 30 in America/Los_Angeles"},
		{"30 0 * * * *", "every hour at minute 0, second 30 in America/Los_Angeles"},
		{"30 */15 * * * *", "every 15 minutes at second 30 in America/Los_Angeles"},
		{"0 8-17 * * *", "every hour from 08:00 to 17:00 in America/Los_Angeles"},
		{"15 8-17 * * *", "every hour from 08:15 to 17:15 in America/Los_Angeles"},
		{"* 8-17 * * *", "every minute from 08:00 to 17:59 in America/Los_Angeles"},
		{"0 */2 * * *", "every 2 hours in America/Los_Angeles"},
		{"5 */2 * * *", "every 2 hours at minute 5 in America/Los_Angeles"},
		{"1,7 * * * *", "minutes 1 and 7 of every hour in America/Los_Angeles"},
		{"*/20 1,7,9 * * *", "every 20 minutes of hours 1, 7 and 9 in America/Los_Angeles"},
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
	s, err := Parse(messages.Timetable{
		Schedule: "0 7 * * *", Timezone: "Europe/Berlin", Exclude: []string{"2026-12-24", "2026-12-25"}, DST: messages.DSTSkip,
		Start: messages.At(at(t, "2026-12-22T06:00:00Z")), End: messages.At(at(t, "2026-12-27T06:00:00Z")), Splay: messages.Duration(30 * time.Second),
		ActiveHours: &messages.ActiveHours{Start: "06:00", End: "08:30"},
	}, "briefing")
	if err != nil {
		t.Fatal(err)
	}
	want := "every day at 07:00 in Europe/Berlin, left out when the clock skips it, between 06:00 and 08:30, from 2026-12-22 at 07:00:00 in Europe/Berlin, " +
		"until 2026-12-27 at 07:00:00 in Europe/Berlin, except on 2 dates, " + s.Delay().String() + " later (splay)"
	if got := s.Describe(); got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

// TestDescribeIsNotAmbiguous holds the words to Next: what names other slots must not have the same text.
func TestDescribeIsNotAmbiguous(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	of := func(texts ...string) string { return texts[r.IntN(len(texts))] }
	from := at(t, "2027-01-01T00:00:00Z")
	slots := func(s Schedule) (all [40]time.Time) {
		for i, t := 0, from; i < len(all); i++ {
			t, _ = s.Next(t)
			all[i] = t
		}
		return all
	}
	type said struct {
		expr  string
		slots [40]time.Time
	}
	known := map[string]said{}
	for range 20_000 {
		expr := strings.Join([]string{
			of("0", "0", "30", "*", "*/10", "5/10", "*/7", "0,1", "1-3"), of("0", "0", "5", "*", "*/10", "5/10", "*/7", "1,7", "0-9", "50-59"),
			of("*", "*", "5", "*/2", "1/2", "8-17", "8,9", "0-2", "21-23", "*/5", "0-22"), of("*", "*", "13", "L", "1-7", "15W", "L-1", "?", "*/2"),
			of("*", "*", "2", "1-3", "*/2"), of("*", "*", "5", "MON-FRI", "5L", "MON#1", "?", "*/2"),
		}, " ")
		s := mustParse(t, expr, "", "")
		text, now := s.Describe(), said{expr, slots(s)}
		if old, ok := known[text]; ok && old.slots != now.slots {
			t.Fatalf("%q is said of %q and of %q, whose slots are others: %v, %v", text, old.expr, expr, old.slots[:5], now.slots[:5])
		}
		known[text] = now
	}
	if len(known) < 5000 {
		t.Errorf("%d texts only", len(known))
	}
}
