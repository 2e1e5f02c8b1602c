package draw

import "time"

// A Tick is a place on the axis of time.
type Tick struct {
	X     string
	Label string
	Class string // day: the first one of a day; hour: another one
}

const (
	tickEvery = 6     // hours between two ticks
	edge      = 0.025 // of the width: a label so near to an end would be cut
)

// Axis are the ticks of a span of at most some days: in the zone, every six hours of the clock. A day on which the clock
// is set is shorter or longer.
func Axis(s Scale, zone *time.Location) (ticks []Tick) {
	begin := s.From.In(zone)
	for hour := 0; ; hour += tickEvery {
		at := time.Date(begin.Year(), begin.Month(), begin.Day(), hour, 0, 0, 0, zone)
		if !at.Before(s.To) {
			return ticks
		}
		if x := s.share(at); x < edge || x > 1-edge {
			continue
		}
		t := Tick{X: s.X(at), Label: at.Format("15:04"), Class: "hour"}
		if hour%24 == 0 {
			t.Label, t.Class = at.Format("Mon 2"), "day"
		}
		ticks = append(ticks, t)
	}
}

// A Step is a change of the clock in a zone, such as to summer time.
type Step struct {
	At time.Time
	By time.Duration // forward; below zero: back
}

// Steps are the changes of the clock in a span.
func Steps(s Scale, zone *time.Location) (steps []Step) {
	for at := s.From.In(zone); at.Before(s.To); {
		_, end := at.ZoneBounds()
		if end.IsZero() || !end.Before(s.To) {
			return steps
		}
		_, before := end.Add(-time.Second).Zone()
		_, after := end.Zone()
		if before != after && end.After(s.From) {
			steps = append(steps, Step{At: end, By: time.Duration(after-before) * time.Second})
		}
		at = end
	}
	return steps
}
