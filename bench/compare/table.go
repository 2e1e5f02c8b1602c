package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is one figure of one load, with the values of each program.
type row struct {
	load   load
	figure figure
	by     map[string][]float64
}

// table is all rows in Markdown, a table for each load: median, spread, and how many times Curfew's median it is.
func table(rows []row) string {
	var b strings.Builder
	title := ""
	for _, r := range rows {
		if r.load.title != title {
			title = r.load.title
			fmt.Fprintf(&b, "\n### %s\n\n`-only %s`, size %s.\n\n| | goal |", title, r.load.name, grouped(float64(r.load.size)))
			for _, who := range r.load.who {
				fmt.Fprintf(&b, " %s |", who)
			}
			fmt.Fprintf(&b, "\n|---|---|%s\n", strings.Repeat("---|", len(r.load.who)))
		}
		goal := r.figure.goal
		if goal == "" {
			goal = "–"
		}
		fmt.Fprintf(&b, "| %s | %s |", r.figure.title, goal)
		for _, who := range r.load.who {
			fmt.Fprintf(&b, " %s |", cell(r, who))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// cell is what one program measured: "median (least–most), ratio to Curfew".
func cell(r row, who string) string {
	values := slices.Clone(r.by[who])
	if len(values) == 0 {
		return "–"
	}
	text := number(median(values))
	if len(values) > 1 {
		text += fmt.Sprintf(" (%s–%s)", number(slices.Min(values)), number(slices.Max(values)))
	}
	ours := slices.Clone(r.by[curfew])
	if who == curfew || len(ours) == 0 || median(ours) == 0 || median(values) == 0 {
		return text
	}
	ratio := median(values) / median(ours) // how many times as much as Curfew
	if r.figure.rising {
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

// conditions say what was measured where.
func conditions() string {
	return fmt.Sprintf("\nMeasured on %s: commit %s beside %s, %d rounds (fewer of the loads of a million), medians with the least and the most. %s, %d cores%s, %s/%s.\n",
		time.Now().UTC().Format("2 January 2006"), said("git", "rev-parse", "--short", "HEAD"), *old, *rounds, runtime.Version(), runtime.NumCPU(), processor(), runtime.GOOS, runtime.GOARCH)
}

// processor is the name of the processor, where the system tells it.
func processor() string {
	text, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return " of a " + strings.TrimSpace(value)
		}
	}
	return ""
}

func said(name string, args ...string) string {
	out, err := exec.Command(name, args...).Output()
	if err != nil {
		return "?"
	}
	return strings.TrimSpace(string(out))
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
