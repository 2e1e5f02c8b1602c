package cli

import (
	"fmt"
	"strings"
	"time"

	"curfew/internal/config"
	"curfew/messages"
)

// timeFlag is a flag that holds a time, and where the time goes.
type timeFlag struct {
	name, text string
	into       *messages.Instant
}

// readTimes reads flags in the order in which they are given. The error names the flag.
func readTimes(zone *time.Location, read func(string, *time.Location, time.Time) (messages.Instant, error), flags ...timeFlag) error {
	for _, f := range flags {
		at, err := read(f.text, zone, time.Now())
		if err != nil {
			return usagef("--%s %w", f.name, err)
		}
		*f.into = at
	}
	return nil
}

// timeOrAgo reads an instant: RFC 3339, a time of day in the zone, or how long ago it was, such as 7d. An empty text is
// the zero instant.
func timeOrAgo(text string, zone *time.Location, now time.Time) (messages.Instant, error) {
	if text == "" {
		return 0, nil
	}
	if d, ok := config.ParseDays(text); ok && d >= 0 {
		return messages.At(now.Add(-d)), nil
	}
	at, err := clockTime(text, zone, now)
	if err != nil {
		return 0, fmt.Errorf("%w; or how long ago, such as 7d or 36h", err)
	}
	return at, nil
}

// clockTime reads RFC 3339, "07:00", "today 07:00", "yesterday 07:00" or "2027-01-15 07:00", with or without seconds. A
// time without a day is the latest one that has passed.
func clockTime(text string, zone *time.Location, now time.Time) (messages.Instant, error) {
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return messages.At(at), nil
	}
	day, clock, dated := strings.Cut(strings.TrimSpace(text), " ")
	if !dated {
		day, clock = "", day
	}
	date := now.In(zone)
	switch day {
	case "", "today":
	case "yesterday":
		date = date.AddDate(0, 0, -1)
	default:
		named, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return 0, notATime(text)
		}
		date = named
	}
	for _, layout := range []string{"15:04", "15:04:05"} {
		of, err := time.Parse(layout, strings.TrimSpace(clock))
		if err != nil {
			continue
		}
		at := time.Date(date.Year(), date.Month(), date.Day(), of.Hour(), of.Minute(), of.Second(), 0, zone)
		if day == "" && at.After(now) {
			at = time.Date(date.Year(), date.Month(), date.Day()-1, of.Hour(), of.Minute(), of.Second(), 0, zone)
		}
		return messages.At(at), nil
	}
	return 0, notATime(text)
}

func notATime(text string) error {
	return fmt.Errorf("%q is not a time; write 07:00, \"yesterday 07:00\", \"2027-01-15 07:00\" or RFC 3339, such as 2027-01-15T12:00:00Z",
		text)
}
