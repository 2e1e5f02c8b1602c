package sheet

import (
	"fmt"
	"strings"
)

// Column is a column of a table.
type Column struct {
	Name string
	Cut  int  // to how little it may be cut when the table does not fit, in columns of the terminal; 0: it is not
	Wide bool // it stands there only with -o wide
}

// gap is what stands between two columns.
const gap = 2

// Table prints rows under the names of their columns. Each row has a value for every column, those that are
// not shown included.
//
// A table that is wider than the terminal is cut, where the columns allow it and the widest first. What does not
// fit even so runs over the edge: nothing is left out in silence.
func (s *Sheet) Table(columns []Column, rows [][]any) {
	shown := make([]int, 0, len(columns))
	widths := make([]int, 0, len(columns))
	for i, c := range columns {
		if !c.Wide || s.Wide {
			shown, widths = append(shown, i), append(widths, Width(c.Name))
		}
	}
	cells := make([][]Cell, len(rows))
	for r, row := range rows {
		cells[r] = make([]Cell, len(shown))
		for n, i := range shown {
			c := cell(row[i])
			c.Text = oneLine(c.Text)
			cells[r][n], widths[n] = c, max(widths[n], Width(c.Text))
		}
	}
	if s.Width > 0 && !s.Wide {
		fit(widths, s.Width, func(n int) int { return columns[shown[n]].Cut })
	}
	names := make([]Cell, len(shown))
	for n, i := range shown {
		names[n] = Cell{Text: columns[i].Name}
	}
	s.row(names, widths)
	for _, row := range cells {
		s.row(row, widths)
	}
}

// fit makes columns narrower until they fit, if they can be cut that far: always the widest of those that may be.
func fit(widths []int, total int, least func(int) int) {
	over := gap*(len(widths)-1) - total
	for _, w := range widths {
		over += w
	}
	for ; over > 0; over-- {
		widest := -1
		for n, w := range widths {
			if l := least(n); l > 0 && w > l && (widest < 0 || w > widths[widest]) {
				widest = n
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

func (s *Sheet) row(cells []Cell, widths []int) {
	var b strings.Builder
	for n, c := range cells {
		text := Cut(c.Text, widths[n])
		b.WriteString(s.paint(text, c.Tone))
		if n < len(cells)-1 {
			b.WriteString(strings.Repeat(" ", widths[n]-Width(text)+gap))
		}
	}
	fmt.Fprintln(s.Out, strings.TrimRight(b.String(), " "))
}
