package scheduler

import (
	"fmt"
	"strconv"
	"strings"
)

// A field is one of the five fields of a cron expression.
type field struct {
	title    string
	min, max int
	names    []string // names of the values, from min; nil: none
}

var fields = [...]field{
	{title: "minute", max: 59},
	{title: "hour", max: 23},
	{title: "day-of-month", min: 1, max: 31},
	{title: "month", min: 1, max: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
	{title: "day-of-week", max: sunday, names: strings.Fields("sun mon tue wed thu fri sat")},
}

// sunday is the other number of Sunday, whose first is 0.
const sunday = 7

// parse is the set of values that the text of a field names, as bits.
func (f field) parse(text string) (uint64, error) {
	var set uint64
	for item := range strings.SplitSeq(text, ",") {
		bits, err := f.item(strings.ToLower(item))
		if err != nil {
			return 0, fmt.Errorf("%s field %q: %w (allowed: %s)", f.title, text, err, f.allowed())
		}
		set |= bits
	}
	return set, nil
}

// item is one element of a list: *, a, a-b, each with or without /n. "a/n" runs from a to the end.
func (f field) item(item string) (uint64, error) {
	if err := f.later(item); err != nil {
		return 0, err
	}
	body, step, stepped := strings.Cut(item, "/")
	from, to, ranged := strings.Cut(body, "-")
	lo, hi, by := f.min, f.end(), 1
	var err error
	if body != "*" {
		if lo, err = f.value(from); err != nil {
			return 0, err
		}
		switch {
		case ranged:
			hi, err = f.value(to)
		case !stepped:
			hi = lo
		}
		if err != nil {
			return 0, err
		}
	}
	if stepped {
		if by, err = number(step); err != nil || by == 0 {
			return 0, fmt.Errorf("step %q is not a number from 1 to 999", step)
		}
	}
	if ranged && lo > hi {
		return 0, fmt.Errorf("%s-%s is backwards; a range that wraps around is not yet supported", from, to)
	}
	return every(lo, hi, by), nil
}

// end is the last value of * and a/n: Sunday has two numbers, and counts once.
func (f field) end() int {
	if f.max == sunday {
		return sunday - 1
	}
	return f.max
}

func every(lo, hi, by int) uint64 {
	var set uint64
	for v := lo; v <= hi; v += by {
		set |= 1 << v
	}
	return set
}

func (f field) value(text string) (int, error) {
	for i, name := range f.names {
		if text == name {
			return f.min + i, nil
		}
	}
	v, err := number(text)
	switch {
	case text == "":
		return 0, fmt.Errorf("a value is missing")
	case err != nil:
		return 0, fmt.Errorf("%q is no value", text)
	case v < f.min:
		return 0, fmt.Errorf("%d is under %d", v, f.min)
	case v > f.max:
		return 0, fmt.Errorf("%d is over %d", v, f.max)
	}
	return v, nil
}

// number reads one to three digits. Nothing in a field is larger, and signs are not numbers here.
func number(text string) (int, error) {
	const longest = 3
	if len(text) > longest || strings.Trim(text, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

// later finds what other dialects know and this one does not know yet.
func (f field) later(item string) error {
	what := ""
	days := f.title == "day-of-month" || f.title == "day-of-week"
	body, _, _ := strings.Cut(item, "/")
	switch {
	case body == "?":
		what = "?"
	case body == "h" || strings.HasPrefix(body, "h("):
		what = "H"
	case days && strings.Contains(body, "#"):
		what = "#"
	case days && (body == "l" || strings.HasPrefix(body, "l-") || f.counted(body, "l")):
		what = "L"
	case days && (body == "lw" || f.counted(body, "w")):
		what = "W"
	default:
		return nil
	}
	return fmt.Errorf("%s is not yet supported", what)
}

// counted reports whether the text is a value with that suffix, such as 5L, FRIL or 15W.
func (f field) counted(text, suffix string) bool {
	head, ok := strings.CutSuffix(text, suffix)
	if !ok || head == "" {
		return false
	}
	_, err := f.value(head)
	return err == nil
}

func (f field) allowed() string {
	names := "names none"
	if n := len(f.names); n > 0 {
		names = "names " + f.names[0] + "-" + f.names[n-1]
	}
	return fmt.Sprintf("%d-%d, %s, *, a-b, a,b, */n", f.min, f.max, names)
}
