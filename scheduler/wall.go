package scheduler

import (
	"math/bits"
	"slices"
)

// maxMonths bounds a search for a date: the calendar repeats after 400 years.
const maxMonths = 400 * 12

// limits is what restricts the fields further.
type limits struct {
	active  hours
	exclude []int32 // day numbers, sorted
}

// wall is the first wall-clock time that matches, at or after the given one, both in seconds since
// 1970-01-01 00:00 of that clock. Whether such a time exists in the zone is not its concern.
func (c *cron) wall(local int64, l *limits) (int64, bool) {
	day := floorDiv(local, secondsOfDay)
	y, m, d := date(day)
	first := day - int64(d) + 1
	if c.months>>m&1 != 0 && c.inYear(y) && c.open(y, m, first, l)>>d&1 != 0 {
		if at := c.secondFrom(int(local-day*secondsOfDay), l.active); at >= 0 {
			return day*secondsOfDay + int64(at), true
		}
	}
	d++
	for n := 0; n < maxMonths; n++ {
		if !c.every && !c.inYear(y) {
			if y > int(c.to) {
				return 0, false
			}
			y, m, d = max(y+1, int(c.from)), 1, 1
			first = dayNumber(y)
			continue
		}
		if c.months>>m&1 != 0 {
			if days := c.open(y, m, first, l) >> d << d; days != 0 {
				day = first + int64(bits.TrailingZeros64(days)) - 1
				return day*secondsOfDay + int64(c.opens(l)), true
			}
		}
		first += int64(monthDays(y, m))
		if d, m = 1, m+1; m > 12 {
			m, y = 1, y+1
		}
	}
	return 0, false
}

// opens is the first second of a day that matches.
func (c *cron) opens(l *limits) int {
	if !l.active.on {
		return int(c.first)
	}
	return c.secondFrom(0, l.active)
}

// open is the days of a month that match and are not excluded.
func (c *cron) open(y, m int, first int64, l *limits) uint64 {
	days := c.month(y, m, first)
	if len(l.exclude) > 0 {
		days &^= l.excluded(first)
	}
	return days
}

// excluded is the excluded days of the month that begins with the day, as bits from 1.
func (l *limits) excluded(first int64) (set uint64) {
	lo, hi := 0, len(l.exclude)
	for lo < hi {
		if mid := (lo + hi) / 2; int64(l.exclude[mid]) < first {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	const longest = 31
	for ; lo < len(l.exclude) && int64(l.exclude[lo]) < first+longest; lo++ {
		set |= 2 << (int64(l.exclude[lo]) - first)
	}
	return set
}

// afterExcluded is the end of the row of excluded days in which an excluded wall-clock time lies.
func (l *limits) afterExcluded(local int64) int64 {
	day := floorDiv(local, secondsOfDay)
	for i, _ := slices.BinarySearch(l.exclude, int32(day)); i < len(l.exclude) && int64(l.exclude[i]) == day; i++ {
		day++
	}
	return day * secondsOfDay
}

// on reports whether the day of a wall-clock time is excluded.
func (l *limits) on(local int64) bool {
	return len(l.exclude) > 0 && l.excluded(floorDiv(local, secondsOfDay))&2 != 0
}
