package config

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

// reader collects what is wrong with a file while it is read, so that all of it is said at once.
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

// noValue is about a key that stands there with nothing behind it.
const noValue = "key %q has no value; leave the key out for the default"

// object is a mapping of which the keys are known.
type object struct {
	*reader
	n    *node
	what string // for messages, such as "a job"
}

// object checks that the node is a mapping with none but known keys.
func (r *reader) object(n *node, what string, known []string) (object, bool) {
	if n == nil || n.shape != shapeMapping {
		if n != nil && n.shape != shapeBroken {
			r.at(n, "%s must be a mapping, not %s", what, n)
		}
		return object{}, false
	}
	for _, m := range n.members {
		if !slices.Contains(known, m.key) {
			r.problem(m.line, m.col, "unknown key %q in %s; %s", m.key, what, hint(m.key, known))
		}
	}
	return object{r, n, what}, true
}

// get is the value of a key; nil if it is not there. A key without a value is a problem: a person
// who wrote it meant something.
func (o object) get(key string, want ...shape) *node {
	m := o.n.find(key)
	if m == nil || m.value.shape == shapeBroken {
		return nil
	}
	if m.value.shape == shapeNull {
		o.problem(m.line, m.col, noValue, key)
		return nil
	}
	if len(want) > 0 && !slices.Contains(want, m.value.shape) {
		o.at(m.value, "%s must be %s, not %s", key, want[0], m.value)
		return nil
	}
	return m.value
}

// text is a non-empty text.
func (o object) text(key string) (string, *node) {
	n := o.get(key, shapeText)
	if n == nil {
		return "", nil
	}
	s := n.scalar.(string)
	if strings.TrimSpace(s) == "" {
		o.at(n, "%s must not be empty", key)
		return "", nil
	}
	return s, n
}

// required is a text that must be there.
func (o object) required(key string) (string, *node) {
	m := o.n.find(key)
	switch {
	case m == nil:
		o.at(o.n, "%s has no %s", o.what, key)
		return "", nil
	case m.value.shape == shapeNull:
		o.problem(m.line, m.col, "key %q has no value", key)
		return "", nil
	}
	return o.text(key)
}

// choice is one of some words.
func (o object) choice(key string, allowed []string) string {
	s, n := o.text(key)
	switch {
	case n == nil, slices.Contains(allowed, s):
		return s
	default:
		o.at(n, "%s must be %s, not %q", key, strings.Join(allowed, " or "), s)
	}
	return ""
}

// duration is a Go duration between MinSpan and most.
func (o object) duration(key string, most time.Duration) (messages.Duration, bool) {
	n := o.get(key)
	if n == nil {
		return 0, false
	}
	s, ok := n.scalar.(string)
	if !ok || n.shape != shapeText {
		o.at(n, `%s must be a duration such as "90s" or "1h30m", not %s`, key, n)
		return 0, false
	}
	d, err := time.ParseDuration(s)
	switch {
	case err != nil:
		o.at(n, `%s must be a duration such as "90s" or "1h30m", not %q`, key, s)
	case d < MinSpan:
		o.at(n, "%s must be at least %v, not %v", key, MinSpan, d)
	case d > most:
		o.at(n, "%s must be at most %v, not %v", key, most, d)
	default:
		return messages.Duration(d), true
	}
	return 0, false
}

// integer is a whole number from least to most.
func (o object) integer(key string, least, most int) (int, bool) {
	f, n := o.anyNumber(key, shapeInt)
	if n == nil {
		return 0, false
	}
	if f < float64(least) || f > float64(most) {
		o.at(n, "%s must be %d to %d, not %v", key, least, most, n.scalar)
		return 0, false
	}
	return int(f), true
}

// number is a number from least to most.
func (o object) number(key string, least, most float64) (float64, bool) {
	f, n := o.anyNumber(key, shapeFloat, shapeInt)
	if n == nil {
		return 0, false
	}
	if math.IsNaN(f) || f < least || f > most {
		o.at(n, "%s must be %v to %v, not %v", key, least, most, n.scalar)
		return 0, false
	}
	return f, true
}

func (o object) anyNumber(key string, want ...shape) (float64, *node) {
	n := o.get(key, want...)
	if n == nil {
		return 0, nil
	}
	switch v := n.scalar.(type) {
	case int64:
		return float64(v), n
	case uint64:
		return float64(v), n
	case float64:
		return v, n
	default:
		return 0, nil // no other type comes of a number
	}
}

// hint names the known key that is nearest to a wrong one, or all of them.
func hint(wrong string, known []string) string {
	if meant := nearest(wrong, known); meant != "" {
		return fmt.Sprintf("did you mean %q?", meant)
	}
	return "known are " + strings.Join(known, ", ")
}

// nearest is the known word that a wrong one is most like; empty if it is like none.
func nearest(wrong string, known []string) (best string) {
	least := 3 // two typing errors at most
	for _, k := range known {
		if d := distance(wrong, k); d < least && 2*d < len(k) {
			best, least = k, d
		}
	}
	return best
}

// distance is how many letters one must insert, drop or change to get from a to b.
func distance(a, b string) int {
	const longest = 64 // no key is longer; this keeps the table small
	if len(a) > longest || len(b) > longest {
		return longest
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
