package importer

import (
	"errors"
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
func (c calendar) expression() (string, error) {
	day, week, err := c.dayFields()
	if err != nil {
		return "", err
	}
	month := "*"
	if c.months != nil {
		month = listed(values(c.months, 1, 12), strconv.Itoa)
	}
	fields := []string{
		listed(values(c.minutes, 0, 59), strconv.Itoa), listed(values(c.hours, 0, 23), strconv.Itoa), day, month, week,
	}
	seconds := values(c.seconds, 0, 59)
	if c.years != nil || !slices.Equal(seconds, []int{0}) {
		fields = append([]string{listed(seconds, strconv.Itoa)}, fields...)
	}
	if c.years != nil {
		fields = append(fields, listed(values(c.years, firstYear, lastYear), strconv.Itoa))
	}
	return strings.Join(fields, " "), nil
}

// dayFields writes the day of the month and that of the week. Both must match in the source; in a job file either is
// enough, so that only what can be said otherwise comes over: weeks of the month, and the last one.
func (c calendar) dayFields() (day, week string, err error) {
	switch {
	case c.weekdays == nil && c.fromEnd != nil:
		var list []string
		for _, k := range values(c.fromEnd, 1, 28) {
			text := "L"
			if k > 1 {
				text = fmt.Sprintf("L-%d", k-1)
			}
			list = append(list, text)
		}
		return strings.Join(list, ","), "*", nil
	case c.weekdays == nil && c.days == nil:
		return "*", "*", nil
	case c.weekdays == nil:
		return listed(values(c.days, 1, 31), strconv.Itoa), "*", nil
	case c.days == nil && c.fromEnd == nil:
		return "*", listed(values(c.weekdays, 0, 6), dayName), nil
	}
	suffixes, ok := c.weeks()
	if !ok {
		return "", "", errors.New("it names days of the month and of the week, and both must match; in a job file either is enough")
	}
	var list []string
	for _, d := range values(c.weekdays, 0, 6) {
		for _, s := range suffixes {
			list = append(list, dayName(d)+s)
		}
	}
	return "*", strings.Join(list, ","), nil
}

// weeks are the weeks of the month that the days are: #1 for 1 to 7, and so on, L for the last seven. False: they are no
// weeks.
func (c calendar) weeks() (suffixes []string, ok bool) {
	const length, longest = 7, 31
	if c.fromEnd != nil {
		return []string{"L"}, slices.Equal(values(c.fromEnd, 1, longest), []int{1, 2, 3, 4, 5, 6, 7})
	}
	for n := 0; n*length < longest; n++ {
		first, last := n*length+1, min((n+1)*length, longest)
		switch have := len(values(c.days, first, last)); have {
		case 0:
		case last - first + 1:
			suffixes = append(suffixes, fmt.Sprintf("#%d", n+1))
		default:
			return nil, false
		}
	}
	return suffixes, true
}
