package scheduler

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/messages"
)

// units are the words of a length of time.
var units = map[string]time.Duration{
	"s": time.Second, "sec": time.Second, "second": time.Second,
	"m": time.Minute, "min": time.Minute, "minute": time.Minute,
	"h": time.Hour, "hr": time.Hour, "hour": time.Hour,
	"d": 24 * time.Hour, "day": 24 * time.Hour,
	"w": 7 * 24 * time.Hour, "week": 7 * 24 * time.Hour,
}

// errTooLong is a length over [MaxIn].
var errTooLong = errors.New("longer than 10 years")

// parseIn reads a delay such as "10 minutes", "1h30m", "2 days" or "1 hour and 30 minutes", counted from
// the anchor. A day is 24 hours.
func (r *rule) parseIn(words []string, anchor messages.Instant) error {
	const allowed = `(allowed: "in" and a delay from 1s to 10 years, such as 10 minutes, 1h30m, 2 days, 1 hour and 30 minutes)`
	sum, err := lengthOf(words)
	if err == nil && sum < time.Second {
		err = errors.New("shorter than a second")
	}
	if err != nil {
		return fmt.Errorf("delay %q: %w %s", strings.Join(words, " "), err, allowed)
	}
	r.kind = kindIn
	if !anchor.IsZero() {
		r.at = anchor.Add(sum)
	}
	return nil
}

// lengthOf reads a length of time in words, at most [MaxIn] and at least 0.
func lengthOf(words []string) (sum time.Duration, err error) {
	for _, word := range lengths(words) {
		d, err := oneLength(word)
		if err != nil {
			return 0, err
		}
		if sum += d; sum > MaxIn {
			return 0, errTooLong
		}
	}
	return sum, nil
}

// lengths joins each number to the unit behind it, and leaves out "and" between two lengths: "1 hour and 30 min" is
// "1hour" and "30min".
func lengths(words []string) (out []string) {
	for i := 0; i < len(words); i++ {
		word := strings.ToLower(words[i])
		if word == "and" && i > 0 && i < len(words)-1 {
			continue
		}
		if i+1 < len(words) && strings.Trim(word, ".0123456789") == "" && !startsWithDigit(words[i+1]) {
			i++
			word += strings.ToLower(words[i])
		}
		out = append(out, word)
	}
	return out
}

// oneLength reads a length in one word: one of Go's, or whole numbers with units, such as "1d12h" or "2weeks".
func oneLength(word string) (sum time.Duration, err error) {
	if d, err := time.ParseDuration(word); err == nil {
		switch {
		case d < 0:
			return 0, errors.New("below zero")
		case d > MaxIn:
			return 0, errTooLong
		}
		return d, nil
	}
	for rest := word; rest != ""; {
		unit := strings.TrimLeft(rest, ".0123456789")
		count := strings.TrimSuffix(rest, unit)
		if end := strings.IndexAny(unit, "0123456789"); end >= 0 {
			unit, rest = unit[:end], unit[end:]
		} else {
			rest = ""
		}
		d, err := times(count, unit)
		if err != nil {
			return 0, err
		}
		if sum += d; sum > MaxIn {
			return 0, errTooLong
		}
	}
	return sum, nil
}

// times is so many of a unit.
func times(count, unit string) (time.Duration, error) {
	size := unitOf(unit)
	n, err := strconv.ParseUint(count, 10, 63)
	switch {
	case unit == "":
		return 0, fmt.Errorf("%q is not a length of time: its unit is missing", count)
	case size == 0:
		return 0, noUnit(unit)
	case count == "":
		return 0, fmt.Errorf("%q is not a length of time: its number is missing", unit)
	case errors.Is(err, strconv.ErrRange), err == nil && n > uint64(MaxIn/size):
		return 0, errTooLong
	case err != nil:
		return 0, fmt.Errorf("%q is not a whole number", count)
	}
	return time.Duration(n) * size, nil
}

// noUnit says what to write in place of a word that is not a unit.
func noUnit(word string) error {
	name := strings.TrimSuffix(strings.ToLower(word), "s")
	switch name {
	case "month", "quarter", "year":
		return fmt.Errorf(`%q is not always as long: write cron fields, such as "0 9 1 * *" for the first of each month`, word)
	case "at", "on", "weekday", "weekend", "morning", "evening", "night", "noon", "midnight":
		return fmt.Errorf(`%q is about a time of day: write cron fields, such as "0 9 * * *", or "0 9 * * MON-FRI"`, word)
	}
	const short = 3 // letters of "mon"
	for d := range time.Weekday(daysOfWeek) {
		if len(name) >= short && strings.HasPrefix(strings.ToLower(d.String()), name) {
			return fmt.Errorf(`%q is a day of the week: write cron fields, such as "0 9 * * %s"`, word, strings.ToUpper(d.String()[:short]))
		}
	}
	return fmt.Errorf("%q is not a unit (seconds, minutes, hours, days, weeks)", word)
}

func startsWithDigit(word string) bool { return word[0] >= '0' && word[0] <= '9' }

// unitOf is what a word stands for, in singular or plural; 0 if it is not a unit.
func unitOf(word string) time.Duration {
	name := strings.ToLower(word)
	unit := units[name]
	if short := strings.TrimSuffix(name, "s"); unit == 0 && len(short) > 1 {
		unit = units[short]
	}
	return unit
}
