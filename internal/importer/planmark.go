package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
	"curfew/messages/text"
)

// A mark is a day that is no number: the last one, the one from Monday to Friday that is nearest to another, the second
// Friday.
type mark struct {
	text  string // in the dialect of the job file
	match func(oracle.Wall) bool
}

var (
	lastDays = text.Pattern(`^L(?:-(\d{1,2}))?$`)
	nearDays = text.Pattern(`^(\d{1,2})W$`)
	weekDays = text.Pattern(`^([A-Za-z]{3}|\d)(?:L|#L|#(\d))$`)
)

// mark reads an item that is one. False: it is another item.
func (p *plan) mark(i int, item string) (m mark, ok bool, err error) {
	switch upper := strings.ToUpper(item); {
	case !p.marks || i != cronDay && i != cronWeekday:
	case i == cronDay && upper == "LW":
		return mark{"LW", isLastWorkday}, true, nil
	case i == cronDay && lastDays().MatchString(upper):
		before, _ := strconv.Atoi(lastDays().FindStringSubmatch(upper)[1]) // nothing is 0
		if before > 0 && p.dialect.days == either || before > 30 {
			return m, false, fmt.Errorf("%s is not a day that it knows", item)
		}
		return mark{upper, func(w oracle.Wall) bool { return w.Day == w.Last-before }}, true, nil
	case i == cronDay && nearDays().MatchString(upper):
		day, _ := strconv.Atoi(strings.TrimSuffix(upper, "W")) // two digits
		if day < 1 || day > 31 {
			return m, false, fmt.Errorf("%s is not a day of a month", item)
		}
		return mark{upper, func(w oracle.Wall) bool { return isNearest(w, day) }}, true, nil
	case i == cronWeekday && upper == "L" && p.dialect.days == oneOnly:
		return mark{"SAT", func(w oracle.Wall) bool { return w.Weekday == time.Saturday }}, true, nil
	case i == cronWeekday && weekDays().MatchString(upper):
		m, err = p.weekMark(item, weekDays().FindStringSubmatch(upper))
		return m, err == nil, err
	}
	return m, false, nil
}

// weekMark reads FRIL and FRI#2.
func (p *plan) weekMark(item string, parts []string) (m mark, err error) {
	const length, most = 7, 5
	f := planForm[cronWeekday]
	f.min, f.max = p.sunday, p.saturday
	v, err := f.whole(parts[1])
	n, _ := strconv.Atoi(parts[2]) // nothing is 0
	if err != nil || v < f.min || v > f.max || parts[2] != "" && (n < 1 || n > most) {
		return m, fmt.Errorf("%s is not a day of a week of the month", item)
	}
	day := time.Weekday((v - p.sunday) % length)
	if n == 0 {
		return mark{dayName(int(day)) + "L", func(w oracle.Wall) bool { return w.Weekday == day && w.Day+length > w.Last }}, nil
	}
	return mark{fmt.Sprintf("%s#%d", dayName(int(day)), n), func(w oracle.Wall) bool {
		return w.Weekday == day && (w.Day-1)/length+1 == n
	}}, nil
}

// isLastWorkday reports whether a day is the last one of its month from Monday to Friday.
func isLastWorkday(w oracle.Wall) bool {
	left := w.Last - w.Day
	switch w.Weekday {
	case time.Saturday, time.Sunday:
		return false
	case time.Friday:
		return left <= 2
	default:
		return left == 0
	}
}

// isNearest reports whether a day is the one from Monday to Friday that is nearest to a day of the same month.
func isNearest(w oracle.Wall, day int) bool {
	if day > w.Last {
		return false
	}
	weekday := time.Weekday(((int(w.Weekday)+day-w.Day)%7 + 7) % 7) // of that day
	switch {
	case weekday == time.Saturday && day == 1:
		day += 2
	case weekday == time.Saturday:
		day--
	case weekday == time.Sunday && day == w.Last:
		day -= 2
	case weekday == time.Sunday:
		day++
	}
	return w.Day == day
}
