package scheduler

import "time"

const (
	// dstLimit is where daylight saving ends: a jump of 3 hours or more, such as a country's move
	// over the date line, is a new clock, and what fell into it is not made up for.
	dstLimit = 3 * 60 * 60

	// maxStretches bounds the search over the stretches of a zone. A step of it passes a change of
	// the zone's offset or two days at least; nothing that Parse lets through needs nearly as many.
	maxStretches = 4096

	// maxWindows bounds the search of an "every" for its active hours: 11 years of daily windows.
	maxWindows = 4096

	// everyCheckedFrom is from where Parse looks for a slot of an "every" in its active hours,
	// 2025-01-01 00:00 UTC. It is a constant because nothing here reads a clock.
	everyCheckedFrom = 1735689600

	// lastSecond is 9999-12-31 23:59:59 UTC, behind which RFC 3339 cannot write an instant.
	lastSecond = 253402300799
)

// Next is the first slot strictly after the given instant, in UTC; false if there is none any more.
// It costs no allocation.
//
// Daylight saving follows Vixie cron. A job with a fixed hour and minute whose time falls into a gap
// runs at the first instant after the gap, and in a repeated hour it runs in the first pass only. A
// job whose hour or minute field starts with * follows the wall clock through both. "every" and "at"
// do not notice. Active hours are compared with the wall clock of the slot, in whole minutes.
func (s Schedule) Next(after time.Time) (next time.Time, ok bool) {
	var t int64
	switch s.kind {
	case kindCron:
		t, ok = s.nextCron(after.Unix())
	case kindEvery:
		t, ok = s.nextEvery(after.Unix())
	case kindAt:
		if at := s.at.Time(); at.After(after) {
			return at, true
		}
	}
	if !ok || t > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(t, 0).UTC(), true
}

// nextCron searches stretch by stretch: within one, wall-clock time and time are one line.
func (s *Schedule) nextCron(after int64) (int64, bool) {
	for t, n := after+1, 0; n < maxStretches; n++ {
		st := s.stretchAt(t)
		local := t + st.offset
		if s.cron.fixed && t-st.start < dstLimit {
			before := s.offsetBefore(st)
			jump := st.offset - before
			if jump > 0 && jump < dstLimit && t == st.start && s.inGap(st, before) {
				return t, true
			}
			if jump < 0 && jump > -dstLimit {
				local = max(local, st.start+before) // the first pass has done what is before
			}
		}
		wall, ok := s.cron.wall(local, s.active)
		if !ok {
			return 0, false
		}
		at := wall - st.offset
		if at < st.end {
			return at, true
		}
		t = leap(t, st.end, at)
	}
	return 0, false
}

// inGap reports whether a wall-clock time that the change at the stretch's start leaves out is a
// slot, made up for at the start itself.
func (s *Schedule) inGap(st stretch, before int64) bool {
	wall, ok := s.cron.wall(st.start+before, s.active)
	return ok && wall < st.start+st.offset && s.active.wait(st.start+st.offset) == 0
}

// leap is where the search goes on: at the end of the stretch, or right before a match that is far
// away. Offsets differ by less than 27 hours, so that two days before it nothing can be a slot,
// unless a clock is set back to what it showed before: that needs an end within two days of t.
func leap(t, end, match int64) int64 {
	const far = 2 * secondsOfDay
	if end-t > far && match-far > end {
		return match - far
	}
	return end
}

// nextEvery finds the next multiple of the interval, counted from the epoch, inside active hours.
func (s *Schedule) nextEvery(after int64) (int64, bool) {
	t := (floorDiv(after, s.every) + 1) * s.every
	if !s.active.on {
		return t, true
	}
	for range maxWindows {
		st := s.stretchAt(t)
		wait := s.active.wait(t + st.offset)
		if wait == 0 {
			return t, true
		}
		opens := min(t+wait, st.end) // behind the stretch the wall clock shows something else
		t = floorDiv(opens+s.every-1, s.every) * s.every
	}
	return 0, false
}
