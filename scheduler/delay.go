package scheduler

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// units are the words of a human delay.
var units = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// parseIn reads a delay such as "10 minutes", "1h30m", "2 days" or "1 hour and 30 minutes", counted from
// the anchor. A day is 24 hours.
func (r *rule) parseIn(words []string, anchor messages.Instant) error {
	const allowed = `(allowed: "in" and a delay from 1s to 10 years, such as 10 minutes, 1h30m, 2 days, 1 hour and 30 minutes)`
	var sum time.Duration
	for i := 0; i < len(words); i++ {
		word := strings.ToLower(words[i])
		if word == "and" && i > 0 && i < len(words)-1 {
			continue
		}
		d, err := time.ParseDuration(word)
		if n, bad := number(word); err != nil || bad == nil {
			unit := time.Duration(0)
			if i+1 < len(words) {
				i++
				name := strings.ToLower(words[i])
				unit = units[name]
				if short := strings.TrimSuffix(name, "s"); unit == 0 && len(short) > 1 {
					unit = units[short]
				}
			}
			if bad != nil || unit == 0 {
				return fmt.Errorf("delay %q: not understood %s", strings.Join(words, " "), allowed)
			}
			d = time.Duration(n) * unit
		}
		if d < 0 || d > MaxIn {
			return fmt.Errorf("delay %q: out of bounds %s", strings.Join(words, " "), allowed)
		}
		sum += d
		if sum > MaxIn {
			return fmt.Errorf("delay %q: longer than 10 years %s", strings.Join(words, " "), allowed)
		}
	}
	if sum < time.Second {
		return fmt.Errorf("delay %q: shorter than a second %s", strings.Join(words, " "), allowed)
	}
	r.kind = kindIn
	if !anchor.IsZero() {
		r.at = anchor.Add(sum)
	}
	return nil
}
