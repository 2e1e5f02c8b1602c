package scheduler

import (
	"errors"
	"fmt"
	"math/bits"
	"strings"
)

// cron is the five fields as bit sets. Bit n stands for the value n.
type cron struct {
	minutes uint64
	weeks   uint64 // days of the week, repeated for six weeks, so that a month is one shift
	hours   uint32
	days    uint32 // days of the month
	months  uint16
	first   int16 // the first minute of a day that matches
	fixed   bool  // neither minute nor hour starts with *: the job is about a time of day, not about a pace
	both    bool  // Vixie's rule: both day fields must match, because one of them starts with *
}

const (
	daysOfWeek = 7
	weeks      = 6 // a month touches at most six weeks
)

func parseCron(words []string) (cron, error) {
	switch n := len(words); {
	case n == 6 || n == 7:
		return cron{}, fmt.Errorf("%d fields: seconds and years are not yet supported (%s)", n, forms)
	case n != len(fields):
		return cron{}, fmt.Errorf("%d fields instead of 5 (%s)", n, forms)
	}
	var sets [len(fields)]uint64
	var errs []error
	for i, f := range fields {
		set, err := f.parse(words[i])
		sets[i] = set
		errs = append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return cron{}, errors.New(strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	star := func(i int) bool { return words[i][0] == '*' }
	c := cron{
		minutes: sets[0], hours: uint32(sets[1]), days: uint32(sets[2]), months: uint16(sets[3]),
		fixed: !star(0) && !star(1), both: star(2) || star(4),
	}
	week := (sets[4] | sets[4]>>sunday) & (1<<daysOfWeek - 1)
	for i := range weeks {
		c.weeks |= week << (i * daysOfWeek)
	}
	if !c.possible() {
		return cron{}, fmt.Errorf("never: no month of field %q has a day of field %q", words[3], words[2])
	}
	c.first = int16(c.minuteFrom(0, hours{}))
	return c, nil
}

// possible reports whether there is a date that matches. A weekday always comes round, be it only
// for 29 February, so the days of the month decide.
func (c *cron) possible() bool {
	if !c.both {
		return true
	}
	for m := 1; m <= 12; m++ {
		const leap = 2000
		if c.months>>m&1 != 0 && uint64(c.days)&monthMask(leap, m) != 0 {
			return true
		}
	}
	return false
}

// month is the days of a month that match; first is the day number of its first day.
func (c *cron) month(y, m int, first int64) uint64 {
	week := c.weeks >> weekday(first) << 1
	days := uint64(c.days)
	if c.both {
		days &= week
	} else {
		days |= week
	}
	return days & monthMask(y, m)
}

// minuteFrom is the first minute of a day that matches, at or after the given one; -1 if none does.
func (c *cron) minuteFrom(minute int, active hours) int {
	hour := minute / 60
	if c.hours>>hour&1 != 0 {
		if m := c.minutes & active.minutes(hour) >> (minute % 60) << (minute % 60); m != 0 {
			return hour*60 + bits.TrailingZeros64(m)
		}
	}
	for rest := c.hours >> hour >> 1 << 1 << hour; rest != 0; rest &= rest - 1 {
		hour = bits.TrailingZeros32(rest)
		if m := c.minutes & active.minutes(hour); m != 0 {
			return hour*60 + bits.TrailingZeros64(m)
		}
	}
	return -1
}

// maxMonths bounds a search for a date: the calendar repeats after 400 years.
const maxMonths = 400 * 12

// wall is the first wall-clock time that matches, at or after the given one, both in seconds since
// 1970-01-01 00:00 of that clock. Whether such a time exists in the zone is not its concern.
func (c *cron) wall(local int64, active hours) (int64, bool) {
	minute := floorDiv(local+59, 60)
	day := floorDiv(minute, minutesOfDay)
	y, m, d := date(day)
	first := day - int64(d) + 1
	if c.months>>m&1 != 0 && c.month(y, m, first)>>d&1 != 0 {
		if at := c.minuteFrom(int(minute-day*minutesOfDay), active); at >= 0 {
			return day*secondsOfDay + int64(at)*60, true
		}
	}
	d++
	for range maxMonths {
		if c.months>>m&1 != 0 {
			if days := c.month(y, m, first) >> d << d; days != 0 {
				day = first + int64(bits.TrailingZeros64(days)) - 1
				return day*secondsOfDay + int64(c.first)*60, true
			}
		}
		first += int64(monthDays(y, m))
		if d, m = 1, m+1; m > 12 {
			m, y = 1, y+1
		}
	}
	return 0, false
}
