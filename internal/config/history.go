package config

import (
	"strconv"
	"strings"
	"time"

	"curfew/messages"
)

// historyIn reads the key history: how long runs are remembered. What it leaves out is as in out.
func (b *builder) historyIn(o object, out messages.History) messages.History {
	n := o.get("history")
	if n == nil {
		return out
	}
	h, ok := b.object(n, "history", []string{"runs", "age"})
	if !ok {
		return out
	}
	if v, ok := h.integer("runs", 1, MaxHistoryRuns); ok {
		out.Runs = v
	}
	if d, ok := h.days("age", MaxSpan); ok {
		out.Age = d
	}
	return out
}

// days is a duration like [object.duration], that may begin with days of 24 hours: "90d", "1d12h".
func (o object) days(key string, most time.Duration) (messages.Duration, bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	s, ok := n.scalar.(string)
	if !ok || n.shape != shapeText {
		o.at(n, `%s must be a duration such as "90d" or "36h", not %s`, key, n)
		return 0, false
	}
	d, ok := ParseDays(s)
	switch {
	case !ok:
		o.at(n, `%s must be a duration such as "90d" or "36h", not %q`, key, s)
	case d < MinSpan:
		o.at(n, "%s must be at least %v, not %v", key, MinSpan, d)
	case d > most:
		o.at(n, "%s must be at most %v, not %v", key, most, d)
	default:
		return messages.Duration(d), true
	}
	return 0, false
}

// ParseDays reads a Go duration that may have whole days before it.
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
