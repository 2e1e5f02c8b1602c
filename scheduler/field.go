package scheduler

import (
	"fmt"
	"strconv"
	"strings"
)

// A field is one of the fields of a cron expression.
type field struct {
	title    string
	min, max int
	names    []string // names of the values, from min; nil: none
	hashed   int      // the last value that H may choose; 0: no H in this field
	days     bool     // a day field: knows L, W or #
}

// The fields in the order of a seven-field expression.
const (
	inSecond = iota
	inMinute
	inHour
	inDay
	inMonth
	inWeekday
	inYear
	fieldCount
)

var fields = [fieldCount]field{
	inSecond:  {title: "second", max: 59, hashed: 59},
	inMinute:  {title: "minute", max: 59, hashed: 59},
	inHour:    {title: "hour", max: 23, hashed: 23},
	inDay:     {title: "day-of-month", min: 1, max: 31, hashed: 28, days: true},
	inMonth:   {title: "month", min: 1, max: 12, hashed: 12, names: strings.Fields("jan feb mar apr may jun jul aug sep oct nov dec")},
	inWeekday: {title: "day-of-week", max: sunday, hashed: sunday - 1, days: true, names: strings.Fields("sun mon tue wed thu fri sat")},
	inYear:    {title: "year", min: firstYear, max: lastYear},
}

// sunday is the other number of Sunday, whose first is 0.
const sunday = 7

// A series is the values lo, lo+by, … up to hi. hi may lie after the field's end: the range wraps around.
type series struct{ lo, hi, by int }

// A reader reads the items of one field for one job.
type reader struct {
	field
	job    string
	varies bool // H was used
}

// parse hands the values that the text of a field names to add, and what only day fields know to special.
func (f *reader) parse(text string, add func(v int), special func(item string) (bool, error)) error {
	for item := range strings.SplitSeq(text, ",") {
		item = strings.ToLower(item)
		done, err := special(item)
		if err == nil && !done {
			var sp series
			if sp, err = f.item(item); err == nil {
				for v := sp.lo; v <= sp.hi; v += sp.by {
					add(f.wrap(v))
				}
			}
		}
		if err != nil {
			return fmt.Errorf("%s field %q: %w (allowed: %s)", f.title, text, err, f.allowed())
		}
	}
	return nil
}

// item is one element of a list: *, ?, a, a-b, H, H(a-b), each with or without /n. "a/n" runs from a to
// the end.
func (f *reader) item(item string) (series, error) {
	body, step, stepped := strings.Cut(item, "/")
	sp := series{f.min, f.end(), 1}
	var err error
	if stepped {
		if sp.by, err = number(step); err != nil || sp.by == 0 {
			return sp, fmt.Errorf("step %q is not a number from 1 to 9999", step)
		}
	}
	switch {
	case body == "*" || body == "?":
		return sp, nil
	case body == "h" || strings.HasPrefix(body, "h("):
		return f.hash(body, sp, stepped)
	}
	from, to, ranged := strings.Cut(body, "-")
	if sp.lo, err = f.value(from); err != nil {
		return sp, err
	}
	switch {
	case ranged:
		sp.hi, err = f.value(to)
	case !stepped:
		sp.hi = sp.lo
	}
	if err != nil {
		return sp, err
	}
	switch {
	case sp.lo <= sp.hi:
	case !ranged: // 7/2 in the days of the week: Sunday is after the end
		sp.hi = sp.lo
	case f.title == "year":
		return sp, fmt.Errorf("%s-%s is backwards", from, to)
	default:
		sp.hi += f.end() - f.min + 1
	}
	return sp, nil
}

// hash is H or H(a-b): one value, or with a step every n-th from a place of the job's own.
func (f *reader) hash(body string, sp series, stepped bool) (series, error) {
	if f.hashed == 0 {
		return sp, fmt.Errorf(`"H" has no meaning here`)
	}
	sp.hi = f.hashed
	if inner, ok := strings.CutPrefix(body, "h("); ok {
		from, to, ranged := strings.Cut(strings.TrimSuffix(inner, ")"), "-")
		lo, errLo := f.value(from)
		hi, errHi := f.value(to)
		if !ranged || !strings.HasSuffix(inner, ")") || errLo != nil || errHi != nil || lo > hi {
			return sp, fmt.Errorf("%q is not H(a-b) with a up to b", strings.ToUpper(body))
		}
		sp.lo, sp.hi = lo, hi
	}
	f.varies = true
	width := sp.hi - sp.lo + 1
	if stepped {
		sp.lo += pick(f.job, f.title, min(sp.by, width))
		return sp, nil
	}
	sp.lo += pick(f.job, f.title, width)
	sp.hi = sp.lo
	return sp, nil
}

// wrap brings a value after the field's end back to its beginning.
func (f *reader) wrap(v int) int {
	if end := f.end(); v > end {
		return v - (end - f.min + 1)
	}
	return v
}

// end is the last value of * and a/n: Sunday has two numbers, and counts once.
func (f field) end() int {
	if f.max == sunday {
		return sunday - 1
	}
	return f.max
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
		return 0, fmt.Errorf("%q is not a valid value", text)
	case v < f.min:
		return 0, fmt.Errorf("%d is under %d", v, f.min)
	case v > f.max:
		return 0, fmt.Errorf("%d is over %d", v, f.max)
	}
	return v, nil
}

// number reads one to four digits. Nothing in a field is larger, and signs are not numbers here.
func number(text string) (int, error) {
	const longest = 4
	if len(text) > longest || strings.Trim(text, "0123456789") != "" {
		return 0, strconv.ErrSyntax
	}
	return strconv.Atoi(text)
}

func (f field) allowed() string {
	names := "names none"
	if n := len(f.names); n > 0 {
		names = "names " + f.names[0] + "-" + f.names[n-1]
	}
	more := ""
	switch f.title {
	case "day-of-month":
		more = ", L, L-3, LW, 15W"
	case "day-of-week":
		more = ", 5L, MON#2"
	}
	if f.hashed > 0 {
		more += ", H, H(a-b)"
	}
	return fmt.Sprintf("%d-%d, %s, *, ?, a-b, a,b, */n%s", f.min, f.max, names, more)
}
