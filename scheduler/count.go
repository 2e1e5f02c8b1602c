package scheduler

import (
	"math/bits"
	"time"
)

// countable reports whether slots can be counted without naming each: those of one cron expression.
func (s Schedule) countable() bool {
	return len(s.rules) == 1 && s.rules[0].kind == kindCron && s.rules[0].mute.IsZero()
}

// count is how many slots a countable schedule has in (after, until].
func (s Schedule) count(after, until time.Time) int {
	from, to := max(after.Add(-s.Delay()).Unix()+1, s.start), until.Add(-s.Delay()).Unix()
	if s.end != noEnd {
		to = min(to, floorDiv(int64(s.end), msPerSecond))
	}
	return s.rules[0].count(from, to)
}

// count is how many slots the rule has from … to, both included: stretch by stretch, month by month.
func (r *rule) count(from, to int64) (n int) {
	c := r.dates()
	for t := from; t <= to; {
		st := r.zone.at(t)
		local, madeUp := r.enter(st, t)
		if madeUp && r.inGap(c, st) {
			n++
			local++ // a slot of that very second is the same
		}
		n += c.between(local, min(st.end-1, to)+st.offset, &r.limits)
		t = st.end
	}
	return n
}

// between is how many wall-clock times from lo to hi, both included, match.
func (c *cron) between(lo, hi int64, l *limits) int {
	if lo > hi {
		return 0
	}
	first, last := floorDiv(lo, secondsOfDay), floorDiv(hi, secondsOfDay)
	n := 0
	if c.openDays(first, first, l) > 0 {
		n -= c.upTo(int(lo-first*secondsOfDay)-1, l.active)
	}
	if c.openDays(last, last, l) > 0 {
		n += c.upTo(int(hi-last*secondsOfDay), l.active)
	}
	return n + c.openDays(first, last-1, l)*c.upTo(secondsOfDay-1, l.active)
}

// openDays is how many days from first to last, both included, match and are not excluded.
func (c *cron) openDays(first, last int64, l *limits) (n int) {
	for day := first; day <= last; {
		y, m, d := date(day)
		begin := day - int64(d) + 1
		end := min(last, begin+int64(monthDays(y, m))-1)
		if c.months>>m&1 != 0 && c.inYear(y) {
			upTo := uint64(2)<<(end-begin+1) - 1
			n += bits.OnesCount64(c.open(y, m, begin, l) & upTo >> d << d)
		}
		day = end + 1
	}
	return n
}

// upTo is how many seconds of a day, up to the given one, match; 0 if it is below 0.
func (c *cron) upTo(second int, active hours) (n int) {
	if second < 0 {
		return 0
	}
	hour, minute := second/3600, second/60%60
	each := bits.OnesCount64(c.seconds)
	for rest := c.hours & (2<<hour - 1); rest != 0; rest &= rest - 1 {
		h := bits.TrailingZeros32(rest)
		ms := c.minutes & active.minutes(h)
		if h < hour {
			n += bits.OnesCount64(ms) * each
			continue
		}
		n += bits.OnesCount64(ms&(1<<minute-1)) * each
		if ms>>minute&1 != 0 {
			n += bits.OnesCount64(c.seconds & (2<<(second%60) - 1))
		}
	}
	return n
}
