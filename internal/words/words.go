// Package words has the texts for people that several faces share: spans of time, instants as people name them, and
// names of states.
package words

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
)

// Span is a span of time in its one or two largest units, such as "40s", "3m", "5h20m" or "12d". Below ten seconds it
// has tenths, and below one second it is in milliseconds.
func Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < 0:
		return "-" + Span(-d)
	case d < time.Millisecond:
		return "0s"
	case d < time.Second:
		return fmt.Sprintf("%dms", d/time.Millisecond)
	case d < 10*time.Second && d%time.Second >= 100*time.Millisecond:
		return fmt.Sprintf("%.1fs", d.Truncate(100*time.Millisecond).Seconds())
	case d < time.Minute:
		return fmt.Sprintf("%ds", d/time.Second)
	case d < 10*time.Minute && d%time.Minute >= time.Second:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%dm", d/time.Minute)
	case d < day && d%time.Hour >= time.Minute:
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	case d < day:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d < 10*day && d%day >= time.Hour:
		return fmt.Sprintf("%dd%dh", d/day, d%day/time.Hour)
	default:
		return fmt.Sprintf("%dd", d/day)
	}
}

// Away is how far an instant is from now, such as "in 3m", "40s ago" or "now".
func Away(at, now time.Time) string {
	switch d := at.Sub(now); {
	case d.Abs() < time.Second:
		return "now"
	case d > 0:
		return "in " + Span(d)
	default:
		return Span(-d) + " ago"
	}
}

// Near is an instant as people name it: the time of day, with the date unless it is the day of now. Both are taken in
// the zone.
func Near(at, now time.Time, zone *time.Location) string {
	at, now = at.In(zone), now.In(zone)
	layout := "15:04:05"
	if at.Second() == 0 {
		layout = "15:04"
	}
	if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		layout = time.DateOnly + " " + layout
	}
	return at.Format(layout)
}

// Exact is an instant to the second, in the zone.
func Exact(at time.Time, zone *time.Location) string {
	return at.In(zone).Format("2006-01-02 15:04:05")
}

// State is the name of a state, a status or a class with blanks: backing_off is "backing off".
func State[T ~string](s T) string { return strings.ReplaceAll(string(s), "_", " ") }

// Count is a number of things, such as "1 job" or "3 jobs".
func Count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// Usage is what model calls cost, such as "3 calls, 1,234 tokens in, 56 out". Agent CLIs may not say how many there were.
func Usage(calls, in, out int) string {
	tokens := fmt.Sprintf("%s tokens in, %s out", humanize.Comma(int64(in)), humanize.Comma(int64(out)))
	if calls == 0 {
		return tokens
	}
	return Count(calls, "call") + ", " + tokens
}

// HistoryBehind says that an answer lacks what is newest of runs, because the run history has yet to take in so many records.
func HistoryBehind(records uint64) string {
	return "The run history is " + Count(int(min(records, math.MaxInt32)), "record") + " behind: what happened since is not shown yet."
}

// NotTaken says what follows for a daemon whose job file is not valid any more, and why it is not.
func NotTaken(why string) string {
	return why + "; the next start will fail, and the daemon goes on by what it took in last"
}

// AsOf says that an answer of a node is old, because it does not reach the servers of its fleet. At is the time of the newest
// record that it has.
func AsOf(at string) string {
	return "This node does not reach the servers of its fleet: it does not know what happened after " + at + "."
}

// Join is a list of words with commas, or "-" without any.
func Join[T ~string](list []T) string {
	if len(list) == 0 {
		return "-"
	}
	all := make([]string, len(list))
	for i, v := range list {
		all[i] = string(v)
	}
	return strings.Join(all, ", ")
}
