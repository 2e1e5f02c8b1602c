package cli

import (
	"fmt"
	"time"

	"curfew/internal/config"
	"curfew/internal/words"
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
	at, err := words.Clock(text, zone, now)
	if err != nil {
		return 0, fmt.Errorf("%w; or how long ago, such as 7d or 36h", err)
	}
	return at, nil
}
