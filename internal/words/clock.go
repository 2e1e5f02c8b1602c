package words

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// Clock reads RFC 3339, "07:00", "today 07:00", "yesterday 07:00" or "2027-01-15 07:00", with or without seconds. A
// time without a day is the latest one that has passed.
func Clock(text string, zone *time.Location, now time.Time) (messages.Instant, error) {
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
