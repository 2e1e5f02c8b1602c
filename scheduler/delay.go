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
	sum, fault := lengthOf(words)
	switch {
	case fault != "":
		return fmt.Errorf("delay %q: %s %s", strings.Join(words, " "), fault, allowed)
	case sum < time.Second:
		return fmt.Errorf("delay %q: shorter than a second %s", strings.Join(words, " "), allowed)
	}
	r.kind = kindIn
	if !anchor.IsZero() {
		r.at = anchor.Add(sum)
	}
	return nil
}

// lengthOf reads a length of time in words, at most [MaxIn]. The fault says what is wrong with it.
func lengthOf(words []string) (sum time.Duration, fault string) {
	for i := 0; i < len(words); i++ {
		word := strings.ToLower(words[i])
		if word == "and" && i > 0 && i < len(words)-1 {
			continue
		}
		d, err := time.ParseDuration(word)
		if err != nil {
			d, err = joined(word)
		}
		if n, bad := number(word); err != nil || bad == nil {
			unit := time.Duration(0)
			if i+1 < len(words) {
				i++
				unit = unitOf(words[i])
			}
			if bad != nil || unit == 0 {
				return 0, "not understood"
			}
			d = time.Duration(n) * unit
		}
		if d < 0 || d > MaxIn {
			return 0, "out of bounds"
		}
		if sum += d; sum > MaxIn {
			return 0, "longer than 10 years"
		}
	}
	return sum, ""
}

// joined reads a number directly followed by a unit that Go does not know, such as "1d" or "2weeks".
func joined(word string) (time.Duration, error) {
	unit := strings.TrimLeft(word, "0123456789")
	n, err := number(strings.TrimSuffix(word, unit))
	if err == nil && unitOf(unit) == 0 {
		err = fmt.Errorf("no such unit: %s", unit)
	}
	return time.Duration(n) * unitOf(unit), err
}

// unitOf is what a word stands for, in singular or plural; 0 if it is not a unit.
func unitOf(word string) time.Duration {
	name := strings.ToLower(word)
	unit := units[name]
	if short := strings.TrimSuffix(name, "s"); unit == 0 && len(short) > 1 {
		unit = units[short]
	}
	return unit
}
