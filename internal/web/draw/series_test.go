package draw_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"curfew/internal/web/draw"
)

func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// TestSeries: whatever the values, all marks lie within the picture in their order, a larger value is not lower, and the
// axis begins at 0, has few lines and reaches over the largest.
func TestSeries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(0, 1e12), 0, 200).Draw(t, "values")
		var values []draw.Value
		for i, n := range numbers {
			values = append(values, draw.Value{Value: n, Counts: i%2 == 0, Shape: rapid.SampledFrom([]draw.Shape{draw.Circle, draw.Cross, draw.Diamond, draw.Ring}).Draw(t, "shape")})
		}
		steps := rapid.SampledFrom([][]float64{draw.Decimal(), draw.Clock()}).Draw(t, "steps")
		s := draw.NewSeries(values, draw.Measure{Steps: steps, Text: plain})
		if len(s.Marks) != len(values) || len(s.Lines) < 2 || len(s.Lines) > 6 || s.Lines[0].Text != "0" || (s.Median == nil) != (len(values) == 0) {
			t.Fatalf("%d marks, lines %v, median %v", len(s.Marks), s.Lines, s.Median)
		}
		number := func(text string) float64 {
			v, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		before := 0.0
		for i, m := range s.Marks {
			x, y := number(m.X), number(m.Y)
			if x < before || x > 100 || y < 0 || y > number(s.Base) || m.Path == "" {
				t.Errorf("mark %d of %v is at %s, %s", i, numbers[i], m.X, m.Y)
			}
			before = x
			for j := range i {
				if numbers[j] < numbers[i] && number(s.Marks[j].Y) < y {
					t.Errorf("%v is higher than %v", numbers[j], numbers[i])
				}
			}
			if numbers[i] > number(s.Lines[len(s.Lines)-1].Text) {
				t.Errorf("%v is beyond the axis", numbers[i])
			}
		}
	})
}

func TestMedian(t *testing.T) {
	for want, of := range map[float64][]float64{3: {3}, 2: {1, 2, 9}, 2.5: {4, 2, 1, 3}} {
		if got := draw.Median(of); got != want {
			t.Errorf("the median of %v is %v, want %v", of, got, want)
		}
	}
}

// TestMeasure: the lines of an axis are at numbers that people read.
func TestMeasure(t *testing.T) {
	for want, tt := range map[string]struct {
		top   float64
		steps []float64
	}{
		"[0 0.01]": {0, draw.Clock()}, "[0 15 30 45]": {42, draw.Clock()}, "[0 3600 7200 10800]": {9000, draw.Clock()},
		"[0 500 1000 1500]": {1234, draw.Decimal()}, "[0 1 2 3]": {3, draw.Decimal()},
	} {
		var got []float64
		for _, l := range draw.NewSeries([]draw.Value{{Value: tt.top}}, draw.Measure{Steps: tt.steps, Text: plain}).Lines {
			v, _ := strconv.ParseFloat(l.Text, 64)
			got = append(got, v)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%v has %v, want %s", tt.top, got, want)
		}
	}
}
