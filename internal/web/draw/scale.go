package draw

import (
	"strconv"
	"time"
)

// A Scale is a span of time from the left end to the right one.
type Scale struct{ From, To time.Time }

// share is where an instant is, from 0 to 1.
func (s Scale) share(at time.Time) float64 {
	all := s.To.Sub(s.From)
	if all <= 0 {
		return 0
	}
	return min(max(float64(at.Sub(s.From))/float64(all), 0), 1)
}

// X is where an instant is, such as "12.5%". One that is not in the span is at the nearer end.
func (s Scale) X(at time.Time) string { return percent(s.share(at)) }

// in reports whether a part of a stretch is in the span.
func (s Scale) in(from, to time.Time) bool { return from.Before(s.To) && to.After(s.From) }

// percent is a share with two digits behind the point, none of them for nothing.
func percent(share float64) string {
	return strconv.FormatFloat(float64(int(share*10000+0.5))/100, 'f', -1, 64) + "%"
}

// A Box is a stretch of time in a drawing.
type Box struct {
	X, Width    string // in percent
	Middle      string // in percent
	Class       string
	Many        bool   // it stands for several
	Title, Link string // may be empty
}

// box is a stretch, cut to the span. False: nothing of it is in the span.
func (s Scale) box(from, to time.Time) (Box, bool) {
	if !s.in(from, to) && !from.Equal(to) || from.Equal(to) && (from.Before(s.From) || !from.Before(s.To)) {
		return Box{}, false
	}
	a, b := s.share(from), s.share(to)
	return Box{X: percent(a), Width: percent(b - a), Middle: percent((a + b) / 2)}, true
}
