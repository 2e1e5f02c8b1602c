package sheet

import (
	"fmt"
	"time"

	"curfew/messages"
)

// Exact is an instant in the viewer's zone, or "-".
func (s *Sheet) Exact(i messages.Instant) string {
	if i.IsZero() {
		return "-"
	}
	s.exact = true
	return i.Time().In(s.Zone).Format("2006-01-02 15:04:05")
}

// When is how far away an instant is, such as "in 3m" or "40s ago"; with -o wide it is exact. "-" if there is none.
func (s *Sheet) When(i messages.Instant) string {
	switch {
	case i.IsZero():
		return "-"
	case s.Wide:
		return s.Exact(i)
	default:
		return s.away(i)
	}
}

// Both is an instant in the viewer's zone, and how far away it is.
func (s *Sheet) Both(i messages.Instant) string {
	if i.IsZero() {
		return "-"
	}
	return s.Exact(i) + " (" + s.away(i) + ")"
}

// Slot is a near instant as people name it: the time of day, with the date unless it is today.
func (s *Sheet) Slot(i messages.Instant) string {
	if i.IsZero() {
		return "-"
	}
	s.exact = true
	at, now := i.Time().In(s.Zone), s.Now.In(s.Zone)
	layout := "15:04:05"
	if at.Second() == 0 {
		layout = "15:04"
	}
	if at.Format(time.DateOnly) != now.Format(time.DateOnly) {
		layout = time.DateOnly + " " + layout
	}
	return at.Format(layout)
}

func (s *Sheet) away(i messages.Instant) string {
	switch d := i.Time().Sub(s.Now); {
	case d.Abs() < time.Second:
		return "now"
	case d > 0:
		return "in " + Span(d)
	default:
		return Span(-d) + " ago"
	}
}

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
