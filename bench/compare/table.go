package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// tables are those of all loads that were measured, in Markdown and in the order of the loads.
func tables(all map[string]measurement) string {
	var b strings.Builder
	for _, l := range loads {
		if m, ok := all[l.name]; ok {
			b.WriteString(table(l, m))
		}
	}
	return b.String()
}

// table is a load: of each figure the median, the spread, and how many times Curfew's median it is.
func table(l load, m measurement) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n### %s\n\n`-only %s`, size %s, %s; %s, commit %s", l.title, l.name, grouped(float64(m.Size)), rounded(m), m.Date, m.Commit)
	if slices.Contains(l.who, november) {
		fmt.Fprintf(&b, " beside %s", m.Beside)
	}
	fmt.Fprintf(&b, ".\n%s.\n\n| | goal |", m.Machine)
	for _, who := range l.who {
		fmt.Fprintf(&b, " %s |", who)
	}
	fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(l.who)))
	for _, f := range l.figures {
		fmt.Fprintf(&b, "| %s | %s |", f.title, cmp.Or(f.goal, "–"))
		for _, who := range l.who {
			fmt.Fprintf(&b, " %s |", cell(f, m.Values[f.name], who))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// rounded says how many rounds there were.
func rounded(m measurement) string {
	times := 0
	for _, by := range m.Values {
		for _, values := range by {
			times = max(times, len(values))
		}
	}
	if times == 1 {
		return "one round"
	}
	return strconv.Itoa(times) + " rounds"
}

// cell is what one program measured: "median (least–most), ratio to Curfew".
func cell(f figure, by map[string][]float64, who string) string {
	values := slices.Clone(by[who])
	if len(values) == 0 {
		return "–"
	}
	text := number(median(values))
	if len(values) > 1 {
		text += fmt.Sprintf(" (%s–%s)", number(slices.Min(values)), number(slices.Max(values)))
	}
	ours := slices.Clone(by[curfew])
	if who == curfew || len(ours) == 0 || median(ours) == 0 || median(values) == 0 {
		return text
	}
	ratio := median(values) / median(ours) // how many times as much as Curfew
	if f.rising {
		ratio = 1 / ratio // how many times as much Curfew does
	}
	return text + fmt.Sprintf(", Curfew is **%s ×** %s", number(max(ratio, 1/ratio)), better(ratio))
}

func better(ratio float64) string {
	if ratio >= 1 {
		return "better"
	}
	return "worse"
}

func median(values []float64) float64 {
	slices.Sort(values)
	mid := len(values) / 2
	if len(values)%2 == 1 {
		return values[mid]
	}
	return (values[mid-1] + values[mid]) / 2
}

// number shows three digits that count.
func number(v float64) string {
	switch {
	case v >= 100:
		return grouped(v)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func grouped(v float64) string {
	text := strconv.FormatFloat(v, 'f', 0, 64)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// The marks between which the table stands.
const (
	beginMark = "<!-- compare: begin -->\n"
	endMark   = "<!-- compare: end -->\n"
)

// insert puts the text between the marks of a page.
func insert(page, text string) error {
	old, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(old), beginMark)
	_, after, closed := strings.Cut(rest, endMark)
	if !ok || !closed {
		return fmt.Errorf("%s has no place for the table: %q and %q", page, beginMark, endMark)
	}
	return os.WriteFile(page, []byte(before+beginMark+text+"\n"+endMark+after), 0o644) //nolint:gosec // a page of the repository
}
