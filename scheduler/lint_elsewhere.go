package scheduler

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// backwards: a range that ends before it begins. Here it wraps around; Debian's cron takes it and runs nothing for it.
func backwards(f field, text string) (doubts []string) {
	for item := range strings.SplitSeq(strings.ToLower(text), ",") {
		body, _, _ := strings.Cut(item, "/")
		from, to, ranged := strings.Cut(body, "-")
		lo, errLo := f.value(from)
		hi, errHi := f.value(to)
		if !ranged || errLo != nil || errHi != nil || lo <= hi {
			continue
		}
		doubts = append(doubts, fmt.Sprintf("%s %q ends before it begins: Debian's cron takes it and runs nothing for it; here it is %s",
			f.title, strings.ToUpper(item), f.inOrder(item)))
	}
	return doubts
}

// inOrder is the values of a range in the order in which it names them.
func (f field) inOrder(item string) string {
	const few = 8
	rd := reader{field: f}
	sp, err := rd.item(item)
	if err != nil {
		return item
	}
	if sp.by == 1 && sp.hi-sp.lo >= few {
		return fmt.Sprintf("from %s on and up to %s", f.word(sp.lo), f.word(rd.wrap(sp.hi)))
	}
	var words []string
	for v := sp.lo; v <= sp.hi; v += sp.by {
		words = append(words, f.word(rd.wrap(v)))
	}
	return list(words)
}

// word is a value as people say it.
func (f field) word(v int) string {
	switch f.title {
	case fields[inMonth].title:
		return time.Month(v).String()
	case fields[inWeekday].title:
		return time.Weekday(v % daysOfWeek).String()
	default:
		return fmt.Sprint(v)
	}
}

// quartz: numbers of weekdays in what looks like an expression of Quartz, which counts from 1 = Sunday.
func quartz(day, week string) (doubts []string) {
	const other = "in Quartz, which counts from 1 = Sunday"
	rd := reader{field: fields[inWeekday]}
	var here, there uint64
	plain := day == "?"
	add := func(v int) { here |= 1 << v }
	for item := range strings.SplitSeq(strings.ToLower(week), ",") {
		var x special
		if ok, err := x.weekday(item); ok && err == nil {
			if n := item[0]; n >= '1' && n <= '7' {
				yonder := fmt.Sprint((n-'0'+5)%daysOfWeek+1, item[1:]) // what Quartz means, in our numbers
				doubts = append(doubts, fmt.Sprintf("day-of-week %q is the %s here, and the %s %s; write the day by its name",
					strings.ToUpper(item), monthly(item), monthly(yonder), other))
			}
			continue
		}
		plain = plain && strings.Trim(item, "1234567-/") == ""
		if plain {
			_ = rd.parse(item, add, (&special{}).weekday)
		}
	}
	if !plain || here == 0 {
		return doubts
	}
	there = here>>1 | here&1<<(daysOfWeek-1)
	var c cron
	return append(doubts, fmt.Sprintf("day-of-week %q beside ? is %s here, and %s %s; write the days by their names",
		week, c.weekWords(here), c.weekWords(there), other))
}

// monthly is "last Friday of the month" for 5L.
func monthly(item string) string {
	var c cron
	if _, err := c.special.weekday(item); err != nil {
		return item
	}
	return c.weekWords(0)
}

// calendarPace: a day or a week as a pace is 24 or 168 hours, which are not days of the calendar.
func (r *rule) calendarPace() (doubts []string) {
	words := strings.Fields(r.text)
	if strings.Contains(words[0], "=") {
		words = words[1:]
	}
	units := strings.FieldsFunc(strings.Join(words[1:], " "), func(c rune) bool { return !unicode.IsLetter(c) })
	if !slices.ContainsFunc(units, func(unit string) bool { return unitOf(unit) >= 24*time.Hour }) {
		return nil
	}
	text := fmt.Sprintf("%q is a pace of %s, and not a day of the calendar", strings.Join(words, " "), long(time.Duration(r.every)*time.Second))
	if r.every%secondsOfDay == 0 {
		text += fmt.Sprintf(": its slots are at %s UTC, the job's own place, whatever the clock of the zone does",
			time.Unix(r.phase, 0).UTC().Format(time.TimeOnly))
	}
	return []string{text + `; for a time of day write cron fields, such as "0 9 * * *"`}
}
