package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// values are those of a set, sorted; nil stands for all from lo to hi.
func values(set map[int]bool, lo, hi int) (out []int) {
	for v := lo; v <= hi; v++ {
		if set == nil || set[v] {
			out = append(out, v)
		}
	}
	return out
}

// listed writes values as a list of values and ranges, such as 0-23 or 1,3,5. It has no star and no step, so that a job
// with such an hour and minute is about times of day and not about a pace.
func listed(vs []int, name func(int) string) string {
	var out []string
	for i := 0; i < len(vs); {
		j := i
		for j+1 < len(vs) && vs[j+1] == vs[j]+1 {
			j++
		}
		switch {
		case j-i >= 2:
			out = append(out, name(vs[i])+"-"+name(vs[j]))
		case j > i:
			out = append(out, name(vs[i]), name(vs[j]))
		default:
			out = append(out, name(vs[i]))
		}
		i = j + 1
	}
	return strings.Join(out, ",")
}

var shortDays = strings.Fields("SUN MON TUE WED THU FRI SAT")

func dayName(d int) string { return shortDays[d] }

// expression writes the calendar in the dialect of the job file.
func (c calendar) expression() string {
	field := func(set map[int]bool, lo, hi int, name func(int) string) string {
		if set == nil {
			return "*"
		}
		return listed(values(set, lo, hi), name)
	}
	fields := []string{
		field(c.minutes, 0, 59, strconv.Itoa), field(c.hours, 0, 23, strconv.Itoa), c.day(), field(c.months, 1, 12, strconv.Itoa),
		field(c.weekdays, 0, 6, dayName),
	}
	seconds := values(c.seconds, 0, 59)
	if c.years != nil || !slices.Equal(seconds, []int{0}) {
		fields = append([]string{listed(seconds, strconv.Itoa)}, fields...)
	}
	if c.years != nil {
		fields = append(fields, listed(values(c.years, firstYear, lastYear), strconv.Itoa))
	}
	return strings.Join(fields, " ")
}

// day is the field of the day of the month.
func (c calendar) day() string {
	switch {
	case c.fromEnd != nil:
		const most = 28
		var list []string
		for _, k := range values(c.fromEnd, 1, most) {
			text := "L"
			if k > 1 {
				text = fmt.Sprintf("L-%d", k-1)
			}
			list = append(list, text)
		}
		return strings.Join(list, ",")
	case c.days == nil:
		return "*"
	default:
		return listed(values(c.days, 1, 31), strconv.Itoa)
	}
}

// both reports whether a calendar names days of the month and of the week.
func (c calendar) both() bool {
	return c.weekdays != nil && (c.days != nil || c.fromEnd != nil)
}
