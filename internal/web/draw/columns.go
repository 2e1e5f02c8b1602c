package draw

import "strconv"

// A Column is a number of a day, in parts that stand on each other.
type Column struct {
	X, Width string // in percent
	Middle   string // in percent
	Parts    []Part
}

// A Part of a column is at a height above the bottom.
type Part struct{ Y, Height string }

// gap is how much of its place a column leaves free.
const gap = 0.28

// Columns draws numbers beside each other, the largest sum as high as the drawing. What is not zero is at least one unit
// high.
func Columns(values [][]int, height int) (out []Column) {
	most := 1.0
	for _, v := range values {
		sum := 0.0
		for _, part := range v {
			sum += float64(part)
		}
		most = max(most, sum)
	}
	place := 1 / float64(max(len(values), 1))
	for i, v := range values {
		c := Column{
			X: percent((float64(i) + gap/2) * place), Width: percent((1 - gap) * place), Middle: percent((float64(i) + 0.5) * place),
		}
		y := float64(height)
		for _, part := range v {
			h := float64(part) / most * float64(height)
			if part > 0 {
				h = max(h, 1)
			}
			y = max(y-h, 0)
			c.Parts = append(c.Parts, Part{Y: units(y), Height: units(h)})
		}
		out = append(out, c)
	}
	return out
}

func units(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) }
