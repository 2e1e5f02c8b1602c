package scheduler

import (
	"time"

	"curfew/messages"
)

const (
	// dstLimit is where daylight saving ends: a jump of 3 hours or more, such as a country's move
	// over the date line, is a new clock, and what fell into it is not made up for.
	dstLimit = 3 * 60 * 60

	// maxStretches bounds the search over the stretches of a zone. A step of it passes a change of
	// the zone's offset or two days at least; what sift leaves needs a small part of it.
	maxStretches = 1024

	// horizon is how far ahead a slot is looked for, in seconds: 400 years, after which the calendar repeats.
	horizon = 146097 * secondsOfDay

	// everyCheckedFrom is from where Parse looks for a slot of an "every" in its active hours,
	// 2025-01-01 00:00 UTC. It is a constant because nothing here reads a clock.
	everyCheckedFrom = 1735689600

	// lastSecond is 9999-12-31 23:59:59 UTC: RFC 3339 cannot write a later instant.
	lastSecond = 253402300799
)

// Next is the first slot strictly after the given instant, in UTC; false if there is none any more.
// It costs no allocation. Slots are whole seconds, but for those of "at" and "in".
//
// Daylight saving follows Vixie cron. A job with a fixed hour and minute whose time falls into a gap
// runs at the first instant after the gap, and in a repeated hour it runs in the first pass only. A
// job whose hour or minute field starts with * follows the wall clock through both. Other policies are
// in [messages.DST]. "every" and "at" do not notice. Active hours are compared with the wall clock of the slot, in whole minutes, before
// splay delays it.
func (s Schedule) Next(after time.Time) (next time.Time, ok bool) {
	if s.plan == nil {
		return time.Time{}, false
	}
	after = after.Add(-s.Delay())
	for i := range s.rules {
		t, found := s.rules[i].next(s.rules[i].muted(after, s.Delay()), s.start)
		if found && messages.At(t) <= s.end && (!ok || t.Before(next)) {
			next, ok = t, true
		}
	}
	if ok {
		next = next.Add(s.Delay())
	}
	return next, ok
}

// next is the first slot of the rule after the instant, and not before start.
func (r *rule) next(after time.Time, start int64) (next time.Time, ok bool) {
	if r.kind == kindAt || r.kind == kindIn {
		at := r.at.Time()
		return at, !r.at.IsZero() && at.After(after) && at.Unix() >= start
	}
	var t int64
	switch from := max(after.Unix(), start-1); r.kind {
	case kindCron:
		t, ok = r.nextCron(from)
	case kindEvery:
		t, ok = r.nextEvery(from)
	}
	if !ok || t > lastSecond {
		return time.Time{}, false
	}
	return time.Unix(t, 0).UTC(), true
}

// nextCron searches stretch by stretch: within one, wall-clock time and time are one line.
func (r *rule) nextCron(after int64) (int64, bool) {
	at, found, _ := r.search(r.dates(), after, maxStretches)
	return at, found
}

// search is the first slot after the instant of the rule with these fields. It gives up, and says so, after that
// many stretches.
func (r *rule) search(c *cron, after int64, stretches int) (at int64, found, gaveUp bool) {
	for t, n := after+1, 0; n < stretches; n++ {
		st := r.zone.at(t)
		local, madeUp := r.enter(st, t)
		if madeUp && r.inGap(c, st) {
			return t, true, false
		}
		wall, ok := c.wall(local, &r.limits)
		if !ok {
			return 0, false, false
		}
		at := wall - st.offset
		if at < st.end {
			return at, true, false
		}
		if at > after+horizon {
			return 0, false, false
		}
		t = leap(t, st.end, at)
	}
	return 0, false, true
}

// enter is the wall-clock time from which a stretch is searched that the search enters at t. madeUp says that a
// fixed job makes up, at t, for what the change at the stretch's start has left out.
func (r *rule) enter(st stretch, t int64) (local int64, madeUp bool) {
	local = t + st.offset
	if !r.cron.fixed || t-st.start >= dstLimit {
		return local, false
	}
	jump := st.offset - st.before
	if jump < 0 && jump > -dstLimit && r.dst != messages.DSTRunBoth {
		local = max(local, st.start+st.before) // the first pass has done what is before
	}
	return local, jump > 0 && jump < dstLimit && t == st.start && !r.drops()
}

// drops reports whether a fixed time that a gap leaves out is not made up for.
func (r *rule) drops() bool { return r.dst == messages.DSTSkip || r.dst == messages.DSTFirstPass }

// inGap reports whether a wall-clock time that the change at the stretch's start leaves out is a
// slot, made up for at the start itself.
func (r *rule) inGap(c *cron, st stretch) bool {
	wall, ok := c.wall(st.start+st.before, &r.limits)
	return ok && wall < st.start+st.offset && r.active.wait(st.start+st.offset) == 0
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
