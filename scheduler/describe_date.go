package scheduler

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

const (
	allDays   = 1<<32 - 2 // 1 … 31
	allMonths = 1<<13 - 2 // 1 … 12
	allWeek   = 1<<daysOfWeek - 1
)

// dates is on which days; empty: on all.
func (c *cron) dates() string {
	week := uint64(c.weeks) & allWeek
	anyDay, anyWeek := uint64(c.days) == allDays, week == allWeek
	day, weekdays := c.dayWords(), c.weekWords(week)
	var text string
	switch {
	case anyDay && anyWeek, !c.both && (anyDay || anyWeek):
		if c.months == allMonths && c.every {
			return ""
		}
		text = "every day"
	case anyDay:
		text = "every " + weekdays
	case anyWeek:
		text = "on " + day
	case c.both:
		text = "on " + day + " if it is a " + weekdays
	default:
		text = "on " + day + " and on every " + weekdays
	}
	switch {
	case c.months != allMonths:
		text += " in " + ranges(uint64(c.months), 13, func(m int) string { return time.Month(m).String() })
	case !anyDay && (anyWeek || !c.both):
		text = strings.Replace(text, "the month", "every month", 1)
	}
	if !c.every {
		text += " of " + c.yearWords()
	}
	return text
}

// dayWords is the day-of-month field, such as "day 1 of the month".
func (c *cron) dayWords() string {
	var parts []string
	if n := bits.OnesCount32(c.days); n > 0 {
		parts = append(parts, plural(n, "day")+" "+ranges(uint64(c.days), 32, func(d int) string { return fmt.Sprint(d) }))
	}
	x := &c.special
	for k := range 31 {
		switch {
		case x.last>>k&1 == 0:
		case k == 0:
			parts = append(parts, "the last day")
		default:
			parts = append(parts, fmt.Sprintf("the last day minus %d", k))
		}
	}
	for d := 1; d <= 31; d++ {
		if x.nearest>>d&1 != 0 {
			parts = append(parts, fmt.Sprintf("the weekday nearest to day %d", d))
		}
	}
	if x.lastWork {
		parts = append(parts, "the last weekday")
	}
	return list(parts) + " of the month"
}

// weekWords is the day-of-week field, such as "Monday to Friday".
func (c *cron) weekWords(week uint64) string {
	var parts []string
	// Sunday last, so that the days off are one range.
	rotated := week>>1 | week&1<<(daysOfWeek-1)
	name := func(d int) string { return time.Weekday((d + 1) % daysOfWeek).String() }
	if rotated != 0 {
		parts = append(parts, ranges(rotated, daysOfWeek, name))
	}
	x := &c.special
	for d := range daysOfWeek {
		for k := range maxNth {
			if x.nth[k]>>d&1 != 0 {
				parts = append(parts, fmt.Sprintf("%s %s of the month", [...]string{"first", "second", "third", "fourth", "fifth"}[k], time.Weekday(d)))
			}
		}
		if x.lastWeek>>d&1 != 0 {
			parts = append(parts, fmt.Sprintf("last %s of the month", time.Weekday(d)))
		}
	}
	return list(parts)
}

func (c *cron) yearWords() string {
	var parts []string
	for y := int(c.from); y <= int(c.to); y++ {
		if !c.inYear(y) {
			continue
		}
		last := y
		for c.inYear(last + 1) {
			last++
		}
		if last > y+1 {
			parts = append(parts, fmt.Sprintf("%d to %d", y, last))
			y = last
			continue
		}
		parts = append(parts, fmt.Sprint(y))
	}
	return list(parts)
}
