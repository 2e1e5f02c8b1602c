package importer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"curfew/internal/importer/oracle"
)

// A calendar is an OnCalendar expression as systemd 252 understands it. A set that is nil has every value.
type calendar struct {
	zone     string // empty: the machine's
	weekdays map[int]bool
	years    map[int]bool
	months   map[int]bool
	days     map[int]bool
	fromEnd  map[int]bool // days from the end of the month, 1 is the last
	hours    map[int]bool
	minutes  map[int]bool
	seconds  map[int]bool
	uneven   bool // a step of minutes or seconds that leaves its field beyond its first value
}

// calendarWords are the names that OnCalendar knows.
var calendarWords = map[string]string{
	"minutely": "*-*-* *:*:00", "hourly": "*-*-* *:00:00", "daily": "*-*-* 00:00:00", "weekly": "Mon *-*-* 00:00:00",
	"monthly": "*-*-01 00:00:00", "quarterly": "*-01,04,07,10-01 00:00:00",
	"semiannually": halfYearly, "semi-annually": halfYearly, "biannually": halfYearly, "bi-annually": halfYearly,
	"yearly": newYear, "annually": newYear, "anually": newYear,
}

const (
	halfYearly = "*-01,07-01 00:00:00"
	newYear    = "*-01-01 00:00:00"

	firstYear, lastYear = 1970, 2199 // of systemd
)

var weekdayNames = strings.Fields("monday tuesday wednesday thursday friday saturday sunday")

// readCalendar reads an expression. The error is one of systemd's own, or says what is not read here.
func readCalendar(text string) (c calendar, err error) {
	words := strings.Fields(text)
	if n := len(words); n > 0 {
		if zone, ok := calendarZone(words[n-1]); ok {
			c.zone, words = zone, words[:n-1]
		}
	}
	if len(words) == 1 {
		if full, ok := calendarWords[strings.ToLower(words[0])]; ok {
			words = strings.Fields(full)
		} else if seconds, ok := strings.CutPrefix(words[0], "@"); ok {
			n, err := strconv.ParseUint(seconds, 10, 32)
			if err != nil {
				return c, fmt.Errorf("%q is not a valid number of seconds since 1970", seconds)
			}
			c.zone = "UTC" // whatever zone stands behind it
			words = strings.Fields(time.Unix(int64(n), 0).UTC().Format(time.DateTime))
		}
	}
	if len(words) > 0 && isLetter(words[0][0]) {
		if c.weekdays, err = readWeekdays(words[0]); err != nil {
			return c, err
		}
		words = words[1:]
		if len(words) == 0 {
			words = []string{"00:00:00"}
		}
	}
	if len(words) == 0 {
		return c, errors.New("it is empty")
	}
	if !strings.Contains(words[0], ":") {
		if err := c.date(words[0]); err != nil {
			return c, err
		}
		if words = words[1:]; len(words) == 0 {
			words = []string{"00:00:00"}
		}
	}
	if len(words) > 1 {
		return c, fmt.Errorf("%q is not a valid part of it", words[1])
	}
	return c, c.time(words[0])
}

// calendarZone finds the zone at the end: a name of the IANA database, or UTC in any case.
func calendarZone(word string) (string, bool) {
	if strings.EqualFold(word, "UTC") {
		return "UTC", true
	}
	if !isLetter(word[0]) || strings.ContainsAny(word, ":.,*") || calendarWords[strings.ToLower(word)] != "" {
		return "", false
	}
	if _, err := readWeekdays(word); err == nil || word == "Local" {
		return "", false
	}
	_, err := time.LoadLocation(word)
	return word, err == nil
}

func readWeekdays(text string) (map[int]bool, error) {
	number := func(word string) (int, bool) {
		for i, name := range weekdayNames {
			if strings.EqualFold(word, name) || strings.EqualFold(word, name[:3]) {
				return i, true
			}
		}
		return 0, false
	}
	out := map[int]bool{}
	for item := range strings.SplitSeq(text, ",") {
		from, to, ranged := strings.Cut(item, "..")
		if !ranged {
			from, to, ranged = strings.Cut(item, "-")
		}
		first, ok := number(from)
		last := first
		if ranged && ok {
			last, ok = number(to)
		}
		if !ok || last < first {
			return nil, fmt.Errorf("%q is not a valid weekday or range; weeks begin on Monday", item)
		}
		for d := first; d <= last; d++ {
			out[(d+1)%len(weekdayNames)] = true // Sunday is 0 from here on
		}
	}
	return out, nil
}

// date reads year-month-day, month-day, and both with ~ for days from the end of the month.
func (c *calendar) date(text string) (err error) {
	date, end, fromEnd := strings.Cut(text, "~")
	parts := strings.Split(date, "-")
	if fromEnd {
		parts = append(parts, end)
	}
	switch len(parts) {
	case 2:
		parts = append([]string{"*"}, parts...)
	case 3:
	default:
		return fmt.Errorf("%q is not a date or a time", text)
	}
	if c.years, err = component("year", parts[0], firstYear, lastYear); err != nil {
		return err
	}
	if c.months, err = component("month", parts[1], 1, 12); err != nil {
		return err
	}
	if !fromEnd {
		c.days, err = component("day", parts[2], 1, 31)
		return err
	}
	return c.end(parts[2])
}

// end reads days from the end of the month: 1 is the last; 7/1 the last seven.
func (c *calendar) end(text string) error {
	const most = 28
	c.fromEnd = map[int]bool{}
	for item := range strings.SplitSeq(text, ",") {
		from, step, stepped := strings.Cut(item, "/")
		first, err := strconv.Atoi(from)
		by := first
		if err == nil && stepped {
			by, err = strconv.Atoi(step)
		}
		if err != nil || first < 1 || first > most || by < 1 {
			return fmt.Errorf("%q is not a valid day from the end of the month", item)
		}
		for d := first; d >= 1; d -= by {
			c.fromEnd[d] = true
		}
	}
	return nil
}

// time reads hour:minute and hour:minute:second.
func (c *calendar) time(text string) (err error) {
	parts := strings.Split(text, ":")
	if len(parts) == 2 {
		parts = append(parts, "0")
	}
	if len(parts) != 3 {
		return fmt.Errorf("%q is not a time", text)
	}
	if c.hours, err = component("hour", parts[0], 0, 23); err != nil {
		return err
	}
	if c.minutes, err = component("minute", parts[1], 0, 59); err != nil {
		return err
	}
	if strings.Contains(strings.ReplaceAll(parts[2], "..", ""), ".") {
		return fmt.Errorf("second %q is not whole, and schedules here are", parts[2])
	}
	c.seconds, err = component("second", parts[2], 0, 59)
	night := (c.hours == nil || c.hours[0] && c.hours[23]) && leavesField(parts[1])
	c.uneven = err == nil && (night || leavesField(parts[2]))
	return err
}

// leavesField reports whether a step without an end goes on beyond the field, to a later value than its first: after
// 0/45 comes 90, half past the next hour. systemd 252 searches on from there when the day changes (of seconds: the hour),
// and never sees the first value of the next one.
func leavesField(text string) bool {
	const whole = 60
	for item := range strings.SplitSeq(text, ",") {
		from, step, stepped := strings.Cut(item, "/")
		first, err := strconv.Atoi(from)
		by, errBy := strconv.Atoi(step)
		if !stepped || err != nil || errBy != nil {
			continue
		}
		if over := first + ((whole-1-first)/by+1)*by - whole; over > first {
			return true
		}
	}
	return false
}

// component reads *, or a list of a, a..b, each with or without /n. A step that leaves the field is an error, and so is a
// range that ends before it begins. Nil stands for every value.
func component(title, text string, lo, hi int) (map[int]bool, error) {
	if text == "*" {
		return nil, nil
	}
	out := map[int]bool{}
	for item := range strings.SplitSeq(text, ",") {
		body, step, stepped := strings.Cut(item, "/")
		from, to, ranged := strings.Cut(body, "..")
		first, err := strconv.Atoi(from)
		last, by := first, 1
		if err == nil && stepped {
			last = hi
			if by, err = strconv.Atoi(step); err == nil && (by < 1 || by > hi-first) {
				err = errors.New("step")
			}
		}
		if err == nil && ranged {
			last, err = strconv.Atoi(to)
		}
		if err != nil || first < lo || last > hi || last < first || strings.HasPrefix(from, "+") {
			return nil, fmt.Errorf("%s %q is not valid", title, item)
		}
		for v := first; v <= last; v += by {
			out[v] = true
		}
	}
	return out, nil
}

// rule is what systemd does with the expression.
func (c calendar) rule(zone *time.Location) oracle.Rule {
	in := func(set map[int]bool, v int) bool { return set == nil || set[v] }
	seconds := values(c.seconds, 0, 59)
	return oracle.Rule{Zone: zone, Clock: oracle.FirstPass, Seconds: seconds, Match: func(w oracle.Wall) bool {
		return in(c.minutes, w.Minute) && in(c.hours, w.Hour) && in(c.weekdays, int(w.Weekday)) && in(c.days, w.Day) &&
			in(c.fromEnd, w.Last-w.Day+1) && in(c.months, w.Month) && in(c.years, w.Year)
	}}
}
