package scheduler

import (
	"errors"
	"fmt"
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
		"every 5 minutes": "every 5m", "every 1d": "every 24h", "every 2 hours and 30 minutes": "every 2h30m", "Every 1 Week": "every 168h",
		"every 90sec": "every 90s", "every 10000 minutes": "every 166h40m", "every day": "every 24h", "every hour": "every 1h", "every Minute": "every 60s",
		"every 1d12h": "every 36h", "every hour and 30 minutes": "every 90m", "every 31622400 seconds": "every 366d", "every 1.5h": "every 90m",
	} {
		a, _ := taken(expr, "UTC").Next(from)
		b, _ := taken(like, "UTC").Next(from)
		if !a.Equal(b) || a.IsZero() {
			t.Errorf("%s: %v, %s: %v", expr, a, like, b)
		}
	}
	for expr, like := range map[string]string{
		"at 2027-01-15 09:00": "at 2027-01-15T08:00:00Z", "at 2027-01-15T09:00:30": "at 2027-01-15T08:00:30Z", "at 2027-07-15T09:00": "at 2027-07-15T07:00:00Z",
		"at 2027-01-15 9:00": "at 2027-01-15T08:00:00Z", "at 2027-01-15T09:00:30.5": "at 2027-01-15T08:00:30.5Z", "AT 2027-10-31 03:00": "at 2027-10-31T02:00:00Z",
	} {
		a, _ := taken(expr, "Europe/Vienna").Next(from)
		b, _ := taken(like, "UTC").Next(from)
		if !a.Equal(b) || a.IsZero() {
			t.Errorf("%s: %v, %s: %v", expr, a, like, b)
		}
	}
	for expr, want := range map[string]string{
		"30m": `did you mean "every 30m", or "in 30m"?`, "10000 minutes": `did you mean "every 10000 minutes", or "in 10000 minutes"?`,
		"10000000 minutes": "a length of time alone is not a schedule, and this one is longer than 10 years", "5 minutes": `did you mean "every 5 minutes", or "in 5 minutes"?`,
		"every 400d": "longer than 366 days", "every 5 parsecs": `"parsecs" is not a unit`, "every 99999999999999999999 minutes": "longer than 366 days",
		"every 106751991167300 days": "longer than 366 days", "in 9999999h": "longer than 10 years", "in 5 years": `"years" is not always as long: write cron fields`,
		"every month": `"month" is not always as long: write cron fields, such as "0 9 1 * *"`, "every 1.5 hours": `"1.5" is not a whole number`,
		"every day at 09:00": `"at" is about a time of day: write cron fields`, "every monday": `"monday" is a day of the week: write cron fields, such as "0 9 * * MON"`,
		"every 2 Tuesdays": `such as "0 9 * * TUE"`, "every weekday": `such as "0 9 * * *", or "0 9 * * MON-FRI"`, "every 5 5m": `"5" is not a length of time: its unit is missing`,
		"in day": `"day" is not a length of time: its number is missing`, "every and": `"and" is not a unit`, "every 5 -3 minutes": "not a unit",
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

// TestEveryUnit: each word of a unit, one or many, with or without a blank, in any case, is as long as it says.
func TestEveryUnit(t *testing.T) {
	for name, size := range units {
		for _, n := range []int{1, 2, 90, 10_000} {
			words := []string{name, strings.ToUpper(name)}
			if len(name) > 1 {
				words = append(words, name+"s")
			}
			for _, unit := range words {
				for _, text := range []string{fmt.Sprint(n, " ", unit), fmt.Sprint(n, unit), fmt.Sprint(n, unit, " and 3 hours")} {
					want := time.Duration(n) * size
					if strings.Contains(text, "and") {
						want += 3 * time.Hour
					}
					got, err := lengthOf(strings.Fields(text))
					if want > MaxIn && !errors.Is(err, errTooLong) || want <= MaxIn && (err != nil || got != want) {
						t.Errorf("%s: %v, %v, want %v", text, got, err, want)
					}
				}
			}
		}
	}
}
