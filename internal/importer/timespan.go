package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/messages/text"
)

var (
	spanForm = text.Pattern(`^\s*(?:\d+(?:\.\d+)?\s*[a-zA-Zµ]*\s*)+$`)
	spanPart = text.Pattern(`(\d+(?:\.\d+)?)\s*([a-zA-Zµ]*)`)
	spanUnit = map[string]time.Duration{
		"": time.Second, "s": time.Second, "sec": time.Second, "second": time.Second, "seconds": time.Second,
		"m": time.Minute, "min": time.Minute, "minute": time.Minute, "minutes": time.Minute,
		"h": time.Hour, "hr": time.Hour, "hour": time.Hour, "hours": time.Hour,
		"d": 24 * time.Hour, "day": 24 * time.Hour, "days": 24 * time.Hour,
		"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour, "weeks": 7 * 24 * time.Hour,
		"ms": time.Millisecond, "msec": time.Millisecond, "us": time.Microsecond, "usec": time.Microsecond,
	}
)

// readSpan reads a time span of systemd, such as "1h 30min" or 43200, in whole seconds.
func readSpan(text string) (time.Duration, error) {
	if !spanForm().MatchString(text) {
		return 0, fmt.Errorf("%q is not a span of time", text)
	}
	var sum time.Duration
	for _, m := range spanPart().FindAllStringSubmatch(text, -1) {
		n, err := strconv.ParseFloat(m[1], 64)
		unit, known := spanUnit[m[2]]
		const most = 1e9 // seconds: more than thirty years
		if err != nil || !known || n*unit.Seconds() > most {
			return 0, fmt.Errorf("%q is not a span of time that is read here", strings.TrimSpace(text))
		}
		sum += time.Duration(n * float64(unit))
	}
	return sum.Round(time.Second), nil
}
