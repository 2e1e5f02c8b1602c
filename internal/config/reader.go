package config

import (
	"cmp"
	"fmt"
)

// reader collects the problems of a file while it is read, so that all are reported at once.
type reader struct {
	file     string
	problems []Problem
	warnings []Problem
}

func (r *reader) problem(line, col int, format string, args ...any) {
	r.problems = append(r.problems, Problem{r.file, line, col, fmt.Sprintf(format, args...)})
}

func (r *reader) at(n *node, format string, args ...any) { r.problem(n.line, n.col, format, args...) }

func (r *reader) warn(n *node, format string, args ...any) {
	r.warnings = append(r.warnings, Problem{r.file, n.line, n.col, fmt.Sprintf(format, args...)})
}

// warnAt is warn for a value that may stand in another file, such as a preset's.
func (r *reader) warnAt(m *member, format string, args ...any) {
	r.warnings = append(r.warnings, Problem{cmp.Or(m.file, r.file), m.value.line, m.value.col, fmt.Sprintf(format, args...)})
}
