package sheet

import (
	"curfew/internal/words"
	"curfew/messages"
)

// Exact is an instant in the viewer's zone, or "-".
func (s *Sheet) Exact(i messages.Instant) string {
	if i.IsZero() {
		return "-"
	}
	s.exact = true
	return words.Exact(i.Time(), s.Zone)
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
	return words.Near(i.Time(), s.Now, s.Zone)
}

func (s *Sheet) away(i messages.Instant) string { return words.Away(i.Time(), s.Now) }
