package scheduler

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"curfew/messages"
)

// The years that a year field may name.
const (
	firstYear = 1970
	lastYear  = 2225
)

// cron is the fields as bit sets. Bit n stands for the value n.
type cron struct {
	seconds uint64
	minutes uint64
	weeks   uint64 // days of the week, repeated for six weeks, so that a month is one shift
	hours   uint32
	days    uint32 // days of the month
	months  uint16
	first   int32 // the first second of a day that matches
	fixed   bool  // about times of day, not about a pace: neither minute nor hour starts with *, or dst: first_pass
	both    bool  // both day fields must match: by days: and, or by Vixie's rule because one of them starts with *
	every   bool  // every year matches
	past    bool  // the years before firstYear match
	future  bool  // the years after lastYear match
	from    int16 // first and last year that match, unless every does
	to      int16
	special special
	years   [(lastYear - firstYear + 1) / 64]uint64
}

// parseCron reads five to seven fields.
func (r *rule) parseCron(words []string, job string) error {
	switch n := len(words); n {
	case 5:
		words = slices.Concat([]string{"0"}, words, []string{"*"})
	case 6:
		words = slices.Concat(words, []string{"*"})
	case 7:
	default:
		return fmt.Errorf("%d fields instead of 5, 6 or 7 (%s)", n, forms)
	}
	c := &r.cron
	var sets [inYear]uint64
	var errs []error
	varies := false
	for i, f := range fields {
		rd := reader{field: f, job: job}
		add := func(v int) { sets[i] |= 1 << v }
		special := func(string) (bool, error) { return false, nil }
		switch i {
		case inDay:
			special = c.special.day
		case inWeekday:
			special = c.special.weekday
		case inYear:
			add = c.allow
		}
		errs = append(errs, rd.parse(words[i], add, special))
		varies = varies || rd.varies
	}
	if err := errors.Join(errs...); err != nil {
		return errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	star := func(i int) bool { return words[i][0] == '*' || words[i][0] == '?' }
	c.seconds, c.minutes, c.hours = sets[inSecond], sets[inMinute], uint32(sets[inHour])
	c.days, c.months = uint32(sets[inDay]), uint16(sets[inMonth])
	c.fixed = !star(inMinute) && !star(inHour) || r.dst == messages.DSTFirstPass
	c.both = star(inDay) || star(inWeekday) || r.and
	for i := range weeks {
		c.weeks |= sets[inWeekday] << (i * daysOfWeek)
	}
	c.every = words[inYear] == "*" || words[inYear] == "?"
	c.bounds()
	if varies {
		r.varies = fmt.Sprintf("h%x.%x.%x.%x.%x.%x", c.seconds, c.minutes, c.hours, c.days, c.months, sets[inWeekday])
	}
	return c.possible(words)
}

// possible refuses what no date matches, and names the fields that are to blame: the year only if others would do.
func (c *cron) possible(words []string) error {
	if _, ok := c.wall(0, &limits{}); ok {
		return nil
	}
	year := ""
	if !c.every {
		free := *c
		free.every = true
		if _, ok := free.wall(0, &limits{}); ok {
			year = fmt.Sprintf(" in year %q; other years have it", words[inYear])
		}
	}
	return fmt.Errorf("never: no date has day-of-month %q in month %q with day-of-week %q%s", words[inDay], words[inMonth], words[inWeekday], year)
}

// bounds finds the first second of a day, and the first and the last year.
func (c *cron) bounds() {
	c.first = int32(c.secondFrom(0, hours{}))
	c.from, c.to = lastYear, firstYear
	for y := int16(firstYear); y <= lastYear; y++ {
		if c.inYear(int(y)) {
			c.from, c.to = min(c.from, y), max(c.to, y)
		}
	}
	if c.past {
		c.from = math.MinInt16
	}
	if c.future {
		c.to = math.MaxInt16
	}
}

// allow lets a year match.
func (c *cron) allow(y int) { c.years[(y-firstYear)/64] |= 1 << ((y - firstYear) % 64) }

func (c *cron) inYear(y int) bool {
	if c.every {
		return true
	}
	switch n := y - firstYear; {
	case n < 0:
		return c.past
	case y > lastYear:
		return c.future
	default:
		return c.years[n/64]>>(n%64)&1 != 0
	}
}

// month is the days of a month that match; first is the day number of its first day.
func (c *cron) month(y, m int, first int64) uint64 {
	wd := weekday(first)
	week := c.weeks >> wd << 1
	days := uint64(c.days)
	if c.special.on {
		n := monthDays(y, m)
		days |= c.special.days(wd, n)
		week |= c.special.weekdays(wd, n)
	}
	if c.both {
		days &= week
	} else {
		days |= week
	}
	return days & monthMask(y, m)
}

// secondFrom is the first second of a day that matches, at or after the given one; -1 if none does.
func (c *cron) secondFrom(second int, active hours) int {
	hour, minute := second/3600, second/60%60
	if c.hours>>hour&1 != 0 {
		ms := c.minutes & active.minutes(hour)
		if ms>>minute&1 != 0 {
			if s := c.seconds >> (second % 60) << (second % 60); s != 0 {
				return hour*3600 + minute*60 + bits.TrailingZeros64(s)
			}
		}
		if ms = ms >> minute >> 1 << 1 << minute; ms != 0 {
			return hour*3600 + bits.TrailingZeros64(ms)*60 + bits.TrailingZeros64(c.seconds)
		}
	}
	for rest := c.hours >> hour >> 1 << 1 << hour; rest != 0; rest &= rest - 1 {
		hour = bits.TrailingZeros32(rest)
		if ms := c.minutes & active.minutes(hour); ms != 0 {
			return hour*3600 + bits.TrailingZeros64(ms)*60 + bits.TrailingZeros64(c.seconds)
		}
	}
	return -1
}
