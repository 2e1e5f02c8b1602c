package draw

import (
	"math"
	"slices"
)

// The picture of a series, in pixels from its top.
const (
	seriesHeight = 160.0
	seriesTop    = 10.0
	seriesBase   = 150.0
	markSize     = 4.0 // half of the width of a mark
	smallMark    = 2.5 // the same, where there are many
	manyMarks    = 60
	maxSteps     = 4 // of the axis
)

// A Shape is how a mark of a series looks. It says the same as its colour.
type Shape string

// The shapes.
const (
	Circle  Shape = "circle"
	Cross   Shape = "cross"
	Diamond Shape = "diamond"
	Ring    Shape = "ring"
)

// Value is one of a series.
type Value struct {
	Value       float64 // not below 0
	Counts      bool    // for the median
	Shape       Shape
	Title, Link string
}

// Measure is how the values of a series are read.
type Measure struct {
	Steps []float64 // what lies between two lines of the axis, the smallest first; beyond them they are multiples of the last
	Text  func(float64) string
}

// Series is the picture of values over their order.
type Series struct {
	Height string
	Base   string // the height of 0
	Marks  []Mark
	Lines  []Line // of the axis
	Median *Line  // nil: no value counts
}

// Mark is a value in the picture.
type Mark struct {
	X           string // in percent
	Y           string
	Path        string // of its shape, around its place
	Shape       Shape
	Title, Link string
}

// Line is a line across the picture.
type Line struct {
	Y, TextY string
	Text     string
}

// NewSeries draws values, the oldest first.
func NewSeries(values []Value, measure Measure) Series {
	top := 0.0
	var counted []float64
	for _, v := range values {
		top = max(top, v.Value)
		if v.Counts {
			counted = append(counted, v.Value)
		}
	}
	step := measure.step(top)
	full := max(step, math.Ceil(top/step)*step)
	y := func(v float64) float64 { return seriesTop + (seriesBase-seriesTop)*(1-min(1, max(0, v)/full)) }
	s := Series{Height: units(seriesHeight), Base: units(y(0))}
	line := func(v float64) Line {
		return Line{Y: units(y(v)), TextY: units(y(v) + 4), Text: measure.Text(v)}
	}
	for v := 0.0; v <= full+step/2; v += step {
		s.Lines = append(s.Lines, line(v))
	}
	if len(counted) > 0 {
		median := line(Median(counted))
		s.Median = &median
	}
	size := markSize
	if len(values) > manyMarks {
		size = smallMark
	}
	for i, v := range values {
		s.Marks = append(s.Marks, Mark{
			X: percent((float64(i) + 0.5) / float64(len(values))), Y: units(y(v.Value)),
			Path: v.Shape.path(size), Shape: v.Shape, Title: v.Title, Link: v.Link,
		})
	}
	return s
}

// step is what lies between two lines, so that there are at most maxSteps and one more.
func (m Measure) step(top float64) float64 {
	for _, step := range m.Steps {
		if top <= step*maxSteps {
			return step
		}
	}
	last := m.Steps[len(m.Steps)-1]
	return last * math.Ceil(top/maxSteps/last)
}

// path is the shape around its place.
func (s Shape) path(size float64) string {
	at := func(command string, x, y float64) string { return command + units(x) + " " + units(y) }
	switch s {
	case Cross:
		return at("M", -size, -size) + at("L", size, size) + at("M", size, -size) + at("L", -size, size)
	case Diamond:
		return at("M", 0, -size) + at("L", size, 0) + at("L", 0, size) + at("L", -size, 0) + "Z"
	default:
		arc := "a" + units(size) + " " + units(size) + " 0 1 0 "
		return at("M", -size, 0) + arc + units(2*size) + " 0" + arc + units(-2*size) + " 0Z"
	}
}

// Median is the middle of numbers, of which there is at least one.
func Median(numbers []float64) float64 {
	sorted := slices.Sorted(slices.Values(numbers))
	half := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[half]
	}
	return (sorted[half-1] + sorted[half]) / 2
}

// Decimal are the steps of plain numbers.
func Decimal() (steps []float64) {
	for power := 1.0; power < 1e15; power *= 10 {
		steps = append(steps, power, 2*power, 5*power)
	}
	return steps
}

// Clock are the steps of spans in seconds.
func Clock() []float64 {
	const minute, hour, day = 60.0, 3600.0, 86400.0
	return []float64{
		0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, minute, 2 * minute, 5 * minute, 10 * minute, 15 * minute, 30 * minute,
		hour, 2 * hour, 3 * hour, 6 * hour, 12 * hour, day, 2 * day, 5 * day, 10 * day,
	}
}
