package sheet

import (
	"fmt"
	"slices"
	"strings"
)

// Column is a column of a table.
type Column struct {
	Name string
	Cut  int  // the least width to which it may be cut when the table does not fit, in terminal columns; 0: never cut
	Wide bool // shown only with -o wide
	Rare bool // shown only if a row has a text for it
}

// gap is the number of blanks between two columns.
const gap = 2

// Table prints rows under the names of their columns. Each row has a value for every column, also for those that are
// not shown.
//
// In a table wider than the terminal, columns are cut where they allow it, the widest first. If it still does not fit,
// lines run over the edge: nothing is left out silently.
func (s *Sheet) Table(columns []Column, rows [][]any) {
	shown := make([]int, 0, len(columns))
	widths := make([]int, 0, len(columns))
	for i, c := range columns {
		if (!c.Wide || s.Wide) && (!c.Rare || slices.ContainsFunc(rows, func(row []any) bool { return cell(row[i]).Text != "" })) {
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

// fit makes columns narrower until they fit, or none can be cut further: always the widest that may be cut.
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
