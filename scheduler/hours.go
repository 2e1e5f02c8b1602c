package scheduler

import (
	"errors"
	"fmt"

	"curfew/messages"
)

// hours is the part of the day in which slots may lie, in minutes of the wall clock, both ends
// included. from > to crosses midnight.
type hours struct {
	on       bool // false: always
	from, to int16
}

// limit restricts the rule to its active hours. What is left must not be empty.
func (r *rule) limit(h messages.ActiveHours) error {
	from, err := clock(h.Start)
	if err != nil {
		return fmt.Errorf("start: %w", err)
	}
	to, err := clock(h.End)
	if err != nil {
		return fmt.Errorf("end: %w", err)
	}
	r.active = hours{on: true, from: from, to: to}
	if r.kind == kindCron {
		if r.cron.secondFrom(0, r.active) < 0 {
			return errors.New("never: no slot of the schedule lies in these hours")
		}
		return nil
	}
	if _, ok := r.nextEvery(everyCheckedFrom); !ok {
		return fmt.Errorf("never: the slots of %q miss these hours for 400 years; they are counted from 1970-01-01 00:00 UTC", r.text)
	}
	return nil
}

// clock reads HH:MM as minutes since midnight.
func clock(text string) (int16, error) {
	bad := fmt.Errorf("%q is not a valid time of day (allowed: HH:MM from 00:00 to 23:59)", text)
	if len(text) != 5 || text[2] != ':' {
		return 0, bad
	}
	h, err := number(text[:2])
	if err != nil || h > 23 {
		return 0, bad
	}
	m, err := number(text[3:])
	if err != nil || m > 59 {
		return 0, bad
	}
	return int16(h*60 + m), nil
}

// minutes is the minutes of an hour that are active, as bits 0 … 59.
func (h hours) minutes(hour int) uint64 {
	switch {
	case !h.on:
		return span(0, 59)
	case h.from <= h.to:
		return span(int(h.from)-hour*60, int(h.to)-hour*60)
	default:
		return span(0, int(h.to)-hour*60) | span(int(h.from)-hour*60, 59)
	}
}

// span is the bits lo … hi, as far as they are minutes of an hour.
func span(lo, hi int) uint64 {
	lo, hi = max(lo, 0), min(hi, 59)
	if lo > hi {
		return 0
	}
	return (1<<(hi-lo+1) - 1) << lo
}

// wait is how many seconds of the wall clock there are until the hours begin; 0 inside them.
func (h hours) wait(local int64) int64 {
	second := floorMod(local, secondsOfDay)
	minute := int16(second / 60)
	inside := !h.on || h.from <= minute && minute <= h.to
	if h.from > h.to {
		inside = minute >= h.from || minute <= h.to
	}
	if inside {
		return 0
	}
	return floorMod(int64(h.from)*60-second, secondsOfDay)
}
