package scheduler

import (
	"fmt"
	"strings"
)

const (
	daysOfWeek = 7
	weeks      = 6 // a month touches at most six weeks
	maxNth     = 5 // of a weekday in a month
)

// special is the days that depend on the month.
type special struct {
	on       bool
	last     uint32 // L-k: bit k
	nearest  uint32 // kW: bit k
	lastWork bool   // LW
	lastWeek uint8  // kL: bit k, day of the week
	nth      [maxNth]uint8
}

// day reads L, L-3, LW and 15W.
func (x *special) day(item string) (bool, error) {
	switch {
	case item == "l":
		x.last |= 1
	case item == "lw":
		x.lastWork = true
	case strings.HasPrefix(item, "l-"):
		k, err := number(item[2:])
		if err != nil || item == "l-" || k > 30 {
			return true, fmt.Errorf("%q is not L-0 to L-30", strings.ToUpper(item))
		}
		x.last |= 1 << k
	case strings.HasSuffix(item, "w"):
		k, err := fields[inDay].value(strings.TrimSuffix(item, "w"))
		if err != nil {
			return true, fmt.Errorf("%q is not 1W to 31W or LW", strings.ToUpper(item))
		}
		x.nearest |= 1 << k
	default:
		return false, nil
	}
	x.on = true
	return true, nil
}

// weekday reads 5L and MON#2.
func (x *special) weekday(item string) (bool, error) {
	f := fields[inWeekday]
	if day, n, ok := strings.Cut(item, "#"); ok {
		d, err := f.value(day)
		k, errN := number(n)
		if err != nil || errN != nil || k < 1 || k > maxNth {
			return true, fmt.Errorf("%q is not a weekday and #1 to #5, such as MON#2", strings.ToUpper(item))
		}
		x.nth[k-1] |= 1 << (d % daysOfWeek)
		x.on = true
		return true, nil
	}
	day, ok := strings.CutSuffix(item, "l")
	if !ok {
		return false, nil
	}
	d, err := f.value(day)
	if err != nil {
		return true, fmt.Errorf("%q is not a weekday and L, such as 5L or FRIL for the last Friday", strings.ToUpper(item))
	}
	x.lastWeek |= 1 << (d % daysOfWeek)
	x.on = true
	return true, nil
}

// days is the days of a month that the day-of-month field names by L and W, as bits from 1. first is the
// weekday of the month's first day, n its length.
func (x *special) days(first, n int) (set uint64) {
	for k := range n {
		if x.last>>k&1 != 0 {
			set |= 1 << (n - k)
		}
		if d := k + 1; x.nearest>>d&1 != 0 {
			set |= 1 << workday(d, first, n)
		}
	}
	if x.lastWork {
		set |= 1 << workday(n, first, n)
	}
	return set
}

// workday is the day from Monday to Friday nearest to day d, in the same month.
func workday(d, first, n int) int {
	switch (first + d - 1) % daysOfWeek {
	case 0: // Sunday
		if d == n {
			return d - 2
		}
		return d + 1
	case 6: // Saturday
		if d == 1 {
			return d + 2
		}
		return d - 1
	default:
		return d
	}
}

// weekdays is the days that the day-of-week field names by L and #, as bits from 1.
func (x *special) weekdays(first, n int) (set uint64) {
	for wd := range daysOfWeek {
		d := (wd-first+daysOfWeek)%daysOfWeek + 1 // the first such weekday
		for k := range maxNth {
			if at := d + k*daysOfWeek; at <= n && x.nth[k]>>wd&1 != 0 {
				set |= 1 << at
			}
		}
		if x.lastWeek>>wd&1 != 0 {
			set |= 1 << (d + (n-d)/daysOfWeek*daysOfWeek)
		}
	}
	return set
}
