package config

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"curfew/messages"
)

// duration is a Go duration from [MinSpan] to most.
func (o object) duration(key string, most time.Duration) (messages.Duration, bool) {
	return o.span(key, most, `"90s" or "1h30m"`, goSpan)
}

func goSpan(s string) (time.Duration, bool) {
	d, err := time.ParseDuration(s)
	return d, err == nil
}

// days is like [object.duration], but the text may begin with days of 24 hours: "90d", "1d12h".
func (o object) days(key string, most time.Duration) (messages.Duration, bool) {
	return o.span(key, most, `"90d" or "36h"`, ParseDays)
}

func (o object) span(key string, most time.Duration, examples string, parse func(string) (time.Duration, bool)) (messages.Duration, bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	s, isText := n.scalar.(string)
	d, ok := parse(s)
	switch {
	case !isText || n.shape != shapeText:
		o.at(n, `%s must be a duration such as %s, not %s`, key, examples, n)
	case !ok:
		o.at(n, `%s must be a duration such as %s, not %q`, key, examples, s)
	case d < MinSpan:
		o.at(n, "%s must be at least %v, not %v", key, MinSpan, d)
	case d > most:
		o.at(n, "%s must be at most %v, not %v", key, most, d)
	default:
		return messages.Duration(d), true
	}
	return 0, false
}

// integer is a whole number from least to most.
func (o object) integer(key string, least, most int) (int, bool) {
	f, n := o.anyNumber(key, shapeInt)
	if n == nil {
		return 0, false
	}
	if f < float64(least) || f > float64(most) {
		o.at(n, "%s must be %d to %d, not %v", key, least, most, n.scalar)
		return 0, false
	}
	return int(f), true
}

// number is a number from least to most.
func (o object) number(key string, least, most float64) (float64, bool) {
	f, n := o.anyNumber(key, shapeFloat, shapeInt)
	if n == nil {
		return 0, false
	}
	if math.IsNaN(f) || f < least || f > most {
		o.at(n, "%s must be %v to %v, not %v", key, least, most, n.scalar)
		return 0, false
	}
	return f, true
}

func (o object) anyNumber(key string, want ...shape) (float64, *node) {
	n := o.get(key, want...)
	if n == nil {
		return 0, nil
	}
	switch v := n.scalar.(type) {
	case int64:
		return float64(v), n
	case uint64:
		return float64(v), n
	case float64:
		return v, n
	default:
		return 0, nil // a number has no other type
	}
}

// ParseDays reads a Go duration that may begin with whole days of 24 hours, such as "1d12h".
func ParseDays(s string) (time.Duration, bool) {
	const day = 24 * time.Hour
	head, rest, found := strings.Cut(s, "d")
	if !found {
		d, err := time.ParseDuration(s)
		return d, err == nil
	}
	n, err := strconv.ParseUint(head, 10, 16) // 65,535 days are more than any bound, and no overflow
	if err != nil {
		return 0, false
	}
	d := time.Duration(n) * day
	if rest == "" {
		return d, true
	}
	more, err := time.ParseDuration(rest)
	return d + more, err == nil && more >= 0
}

// size is a number of bytes: "2GiB", "500MB".
func (o object) size(key string) (int64, bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	s, ok := n.scalar.(string)
	if !ok || n.shape != shapeText {
		o.at(n, `%s must be a size such as "2GiB", not %s`, key, n)
		return 0, false
	}
	v, err := humanize.ParseBytes(s)
	switch {
	case err != nil:
		o.at(n, `%s must be a size such as "2GiB", not %q`, key, s)
	case v < MinMax || v > math.MaxInt64/2:
		o.at(n, "%s must be at least %s, not %q", key, humanize.IBytes(MinMax), s)
	default:
		return int64(v), true
	}
	return 0, false
}
