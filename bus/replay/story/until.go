package story

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// until parses a time of a story: "07:00" or "07:00:05" (the next such time), "16T07:05" (day of the month), "+90s", or
// RFC 3339.
func until(now messages.Instant, s string) (messages.Instant, error) {
	if rest, ok := strings.CutPrefix(s, "+"); ok {
		d, err := time.ParseDuration(rest)
		if err != nil {
			return 0, fmt.Errorf("time %q: %w", s, err)
		}
		return now.Add(d), nil
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil {
		return messages.At(t), nil
	}
	day, rest, dated := strings.Cut(s, "T")
	if !dated {
		rest = s
	}
	for _, layout := range []string{"15:04", "15:04:05", "15:04:05.000"} {
		hm, err := time.Parse(layout, rest)
		if err != nil {
			continue
		}
		n := now.Time()
		t := time.Date(n.Year(), n.Month(), n.Day(), hm.Hour(), hm.Minute(), hm.Second(), hm.Nanosecond(), time.UTC)
		if dated {
			var d int
			if _, err := fmt.Sscanf(day, "%d", &d); err != nil {
				return 0, fmt.Errorf("time %q: day: %w", s, err)
			}
			t = time.Date(n.Year(), n.Month(), d, hm.Hour(), hm.Minute(), hm.Second(), hm.Nanosecond(), time.UTC)
		} else if messages.At(t) < now {
			t = t.AddDate(0, 0, 1)
		}
		return messages.At(t), nil
	}
	return 0, fmt.Errorf("time %q: want 07:00, 16T07:05, +90s or RFC 3339", s)
}
