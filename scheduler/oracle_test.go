package scheduler_test

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// The oracle knows schedules as lists of numbers and time as one minute after the other. It is written
// from the rules of docs/schedules.md and shares nothing with Next: slow, short and to be read.

// oracle is a cron expression in tables.
type oracle struct {
	second, minute [60]bool
	hour           [24]bool
	month          [13]bool
	year           func(int) bool
	dayStar        bool // one of the day fields starts with * or ?, or days: and
	day            func(y int, m time.Month, d int) bool
	weekday        func(y int, m time.Month, d int) bool
	wildcard       bool // the minute or the hour field starts with * or ?
	dst            string
}

var oracleNames = map[string]int{
	"JAN": 1, "FEB": 2, "MAR": 3, "APR": 4, "MAY": 5, "JUN": 6, "JUL": 7, "AUG": 8, "SEP": 9, "OCT": 10, "NOV": 11, "DEC": 12,
	"SUN": 0, "MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6,
}

func oracleNumber(text string) int {
	if n, ok := oracleNames[strings.ToUpper(text)]; ok {
		return n
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		panic(text)
	}
	return n
}

// oracleItem is the values of *, ?, N, N/s, a-b and a-b/s in a field from lo to hi. A range that ends before
// it begins goes on at lo; its step goes on counting.
func oracleItem(item string, lo, hi int) (values []int) {
	body, step, stepped := strings.Cut(item, "/")
	by := 1
	if stepped {
		by = oracleNumber(step)
	}
	from, to := lo, hi
	if body != "*" && body != "?" {
		a, b, ranged := strings.Cut(body, "-")
		from = oracleNumber(a)
		switch {
		case ranged:
			to = oracleNumber(b)
		case !stepped:
			to = from
		}
		if from > to && !ranged {
			return []int{from} // 7/2: Sunday, the last
		}
	}
	for n, v := 0, from; ; n++ {
		if n%by == 0 {
			values = append(values, v)
		}
		if v == to {
			return values
		}
		if v++; v > hi && from > to {
			v = lo
		}
	}
}

func star(field string) bool { return field[0] == '*' || field[0] == '?' }

func table(set []bool, field string, lo, hi int) {
	for item := range strings.SplitSeq(field, ",") {
		for _, v := range oracleItem(item, lo, hi) {
			set[v] = true
		}
	}
}

func newOracle(expr, days, dst string) *oracle {
	f := strings.Fields(expr)
	if len(f) == 5 {
		f = append([]string{"0"}, f...)
	}
	if len(f) == 6 {
		f = append(f, "*")
	}
	o := &oracle{dayStar: star(f[3]) || star(f[5]) || days == "and", wildcard: star(f[1]) || star(f[2]), dst: dst}
	table(o.second[:], f[0], 0, 59)
	table(o.minute[:], f[1], 0, 59)
	table(o.hour[:], f[2], 0, 23)
	table(o.month[:], f[4], 1, 12)
	o.year = func(y int) bool {
		return slices.ContainsFunc(strings.Split(f[6], ","), func(item string) bool {
			return item == "*" || slices.Contains(oracleItem(item, 1970, 2225), y)
		})
	}
	o.day = func(y int, m time.Month, d int) bool {
		return slices.ContainsFunc(strings.Split(f[3], ","), func(item string) bool { return oracleDay(item, y, m, d) })
	}
	o.weekday = func(y int, m time.Month, d int) bool {
		return slices.ContainsFunc(strings.Split(f[5], ","), func(item string) bool { return oracleWeekday(item, y, m, d) })
	}
	return o
}

func lastDay(y int, m time.Month) int { return time.Date(y, m+1, 0, 0, 0, 0, 0, time.UTC).Day() }

func weekdayOf(y int, m time.Month, d int) int {
	return int(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Weekday())
}

// oracleWorkday is whether d is the weekday nearest to the day, without leaving the month.
func oracleWorkday(day, y int, m time.Month, d int) bool {
	if day > lastDay(y, m) {
		return false
	}
	best, least := 0, 99
	for c := 1; c <= lastDay(y, m); c++ {
		if wd := weekdayOf(y, m, c); wd == 0 || wd == 6 {
			continue
		}
		if away := max(c-day, day-c); away < least {
			best, least = c, away
		}
	}
	return d == best
}

func oracleDay(item string, y int, m time.Month, d int) bool {
	item = strings.ToUpper(item)
	last := lastDay(y, m)
	switch {
	case item == "L":
		return d == last
	case item == "LW":
		return oracleWorkday(last, y, m, d)
	case strings.HasPrefix(item, "L-"):
		return d == last-oracleNumber(item[2:])
	case strings.HasSuffix(item, "W"):
		return oracleWorkday(oracleNumber(strings.TrimSuffix(item, "W")), y, m, d)
	default:
		return slices.Contains(oracleItem(item, 1, 31), d)
	}
}

func oracleWeekday(item string, y int, m time.Month, d int) bool {
	wd := weekdayOf(y, m, d)
	if day, n, ok := strings.Cut(item, "#"); ok {
		return wd == oracleNumber(day)%7 && (d-1)/7+1 == oracleNumber(n)
	}
	if day, ok := strings.CutSuffix(strings.ToUpper(item), "L"); ok && day != "" {
		return wd == oracleNumber(day)%7 && d+7 > lastDay(y, m)
	}
	for _, v := range oracleWeek(item) {
		if v%7 == wd {
			return true
		}
	}
	return false
}

// oracleWeek is the days of the week of an item, where 7 is Sunday, too, and may end a range.
func oracleWeek(item string) []int {
	body, step, _ := strings.Cut(item, "/")
	a, b, ranged := strings.Cut(body, "-")
	if !ranged || body == "*" {
		return oracleItem(item, 0, 6)
	}
	from, to, by := oracleNumber(a), oracleNumber(b), 1
	if step != "" {
		by = oracleNumber(step)
	}
	if to < from {
		to += 7
	}
	var days []int
	for v := from; v <= to; v += by {
		days = append(days, v)
	}
	return days
}

// date is whether a date matches.
func (o *oracle) date(wall time.Time) bool {
	y, m, d := wall.Date()
	if !o.month[m] || !o.year(y) {
		return false
	}
	if o.dayStar {
		return o.day(y, m, d) && o.weekday(y, m, d)
	}
	return o.day(y, m, d) || o.weekday(y, m, d)
}

// seconds is the seconds of a wall-clock minute that match.
func (o *oracle) seconds(wall time.Time) (seconds []int) {
	if !o.hour[wall.Hour()] || !o.minute[wall.Minute()] || !o.date(wall) {
		return nil
	}
	for s, ok := range o.second {
		if ok {
			seconds = append(seconds, s)
		}
	}
	return seconds
}

// A moment is one minute of a zone.
type moment struct {
	at       time.Time
	wall     time.Time   // what the clock shows, as if in UTC
	repeated bool        // the clock showed it before: it was set back by less than three hours
	left     []time.Time // the minutes that the clock left out right before
}

// noDST is where a change of the clock is a new clock.
const noDST = 3 * time.Hour

// window is every minute from four hours before the start; false if the zone has offsets with seconds there.
func window(zone *time.Location, start time.Time, days int) ([]moment, bool) {
	from := start.Truncate(time.Minute).Add(-4 * time.Hour)
	offset := func(t time.Time) time.Duration {
		_, o := t.In(zone).Zone()
		return time.Duration(o) * time.Second
	}
	var ms []moment
	before, repeatedUntil := offset(from), time.Time{}
	for at := from; at.Before(start.Add(time.Duration(days) * 24 * time.Hour)); at = at.Add(time.Minute) {
		now := offset(at)
		if now%time.Minute != 0 {
			return nil, false
		}
		m := moment{at: at, wall: at.Add(now)}
		if jump := now - before; jump < 0 && jump > -noDST {
			repeatedUntil = at.Add(-jump)
		} else if jump > 0 && jump < noDST {
			for w := at.Add(before); w.Before(m.wall); w = w.Add(time.Minute) {
				m.left = append(m.left, w)
			}
		}
		m.repeated = at.Before(repeatedUntil)
		before = now
		ms = append(ms, m)
	}
	return ms, true
}

// slots is the first n slots after the start, as far as the minutes reach.
func (o *oracle) slots(ms []moment, start time.Time, n int) (slots []time.Time) {
	madeUp := !o.wildcard && (o.dst == "vixie" || o.dst == "run_both")
	again := o.dst == "run_both" || o.wildcard && o.dst != "first_pass"
	for _, m := range ms {
		var here []time.Time
		if madeUp && slices.ContainsFunc(m.left, func(w time.Time) bool { return o.seconds(w) != nil }) {
			here = append(here, m.at)
		}
		if again || !m.repeated {
			for _, s := range o.seconds(m.wall) {
				here = append(here, m.at.Add(time.Duration(s)*time.Second))
			}
		}
		for _, at := range slices.Compact(here) {
			if at.After(start) && len(slots) < n {
				slots = append(slots, at)
			}
		}
		if len(slots) == n {
			return slots
		}
	}
	return slots
}
