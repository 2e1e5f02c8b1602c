package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Problem is an error or a warning about one place of a job file.
type Problem struct {
	File    string
	Line    int // from 1; 0: the jobs are in code, and nobody knows their lines
	Col     int // from 1, in characters
	Message string
}

// String is "file:line:col: message", the form that editors jump to.
func (p Problem) String() string {
	return p.Place() + ": " + p.Message
}

// Place is "file:line:col", or what stands for a file of jobs in code.
func (p Problem) Place() string {
	if p.Line == 0 {
		return p.File
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

// Invalid is all errors of a job file, in the order of the file.
type Invalid struct {
	Problems []Problem // at least one, at most [MaxProblems]

	job *node // whose problems they are; nil: a whole file's
}

// Field is the key of a job that a problem is about, such as "with.command" or "deliver.to[1]"; empty: it is about the
// whole job, or a file.
func (e *Invalid) Field(p Problem) string { return fieldAt(e.job, p.Line, p.Col) }

var _ error = (*Invalid)(nil)

// Error is one problem per line.
func (e *Invalid) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// unknownKey is how the problem of a key begins that nothing knows.
const unknownKey = "unknown key "

// OneLine is an error in one line: of an [*Invalid] the first problem, and how many others there are. A key that nothing
// knows goes before: where one is misspelt, that the right one is missing follows from it.
func OneLine(err error) string {
	var e *Invalid
	switch {
	case !errors.As(err, &e):
		return err.Error()
	case len(e.Problems) == 1:
		return e.Problems[0].String()
	}
	first := max(0, slices.IndexFunc(e.Problems, func(p Problem) bool { return strings.HasPrefix(p.Message, unknownKey) }))
	return fmt.Sprintf("%s (and %d more)", e.Problems[first], len(e.Problems)-1)
}

// inOrder sorts problems by place, and keeps at most [MaxProblems].
func inOrder(ps []Problem) []Problem {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
	ps = slices.Compact(ps) // a wrong default is reported by each job that uses it
	return ps[:min(len(ps), MaxProblems)]
}
