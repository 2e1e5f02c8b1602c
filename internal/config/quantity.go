package config

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/dustin/go-humanize"

	"curfew/internal/config/schema"
	"curfew/messages"
)

// duration is a duration within the bounds of the key.
func (o object) duration(key string) (messages.Duration, bool) {
	is := schema.Form[schema.Duration](o.is, key)
	parse, examples := goSpan, `"90s" or "1h30m"`
	if is.Days {
		parse, examples = ParseDays, `"90d" or "36h"`
	}
	for _, word := range is.Or {
		examples += ", or " + word
	}
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
	case d < is.Least:
		o.at(n, "%s must be at least %s, not %s%s", key, messages.Duration(is.Least).Short(), messages.Duration(d).Short(), is.Why)
	case d > is.Most:
		o.at(n, "%s must be at most %s, not %s", key, messages.Duration(is.Most).Short(), messages.Duration(d).Short())
	default:
		return messages.Duration(d), true
	}
	return 0, false
}

func goSpan(s string) (time.Duration, bool) {
	d, err := time.ParseDuration(s)
	return d, err == nil
}

// integer is a whole number within the bounds of the key.
func (o object) integer(key string) (int, bool) {
	is := schema.Form[schema.Integer](o.is, key)
	f, n := o.anyNumber(key, shapeInt)
	if n == nil {
		return 0, false
	}
	if f < float64(is.Least) || f > float64(is.Most) {
		o.at(n, "%s must be %d to %d, not %v", key, is.Least, is.Most, n.scalar)
		return 0, false
	}
	return int(f), true
}

// number is a number within the bounds of the key.
func (o object) number(key string) (float64, bool) {
	is := schema.Form[schema.Number](o.is, key)
	f, n := o.anyNumber(key, shapeFloat, shapeInt)
	if n == nil {
		return 0, false
	}
	if math.IsNaN(f) || f < is.Least || f > is.Most {
		o.at(n, "%s must be %v to %v, not %v", key, is.Least, is.Most, n.scalar)
		return 0, false
	}
	return f, true
}

func (o object) anyNumber(key string, want ...shape) (float64, *node) {
	n := o.get(key, want...)
	if n == nil {
		return 0, nil
	}
	return n.number(), n
}

// number is the value of a node that is a number.
func (n *node) number() float64 {
	switch v := n.scalar.(type) {
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	case float64:
		return v
	default:
		return 0 // a number has no other type
	}
}

// plainNumber is a number without an exponent.
func plainNumber(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// ParseDays reads a Go duration that may begin with whole days of 24 hours, such as "1d12h".
func ParseDays(s string) (time.Duration, bool) {
	const day = 24 * time.Hour
	head, rest, found := strings.Cut(s, "d")
	if !found {
		d, err := time.ParseDuration(s)
		return d, err == nil
	}
	n, err := strconv.ParseUint(head, 10, 16) // 65,535 days are more than any bound, and no overflow
	if errors.Is(err, strconv.ErrRange) {
		n, err = math.MaxUint16, nil
	}
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
	least := schema.Form[schema.Size](o.is, key).Least
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
	case v < uint64(least) || v > math.MaxInt64/2:
		o.at(n, "%s must be at least %s, not %q", key, humanize.IBytes(uint64(least)), s)
	default:
		return int64(v), true
	}
	return 0, false
}
