package scheduler

import (
	"fmt"
	"math/bits"
	"strings"
	"time"

	"curfew/messages"
)

// Describe says in plain words when the slots are, such as "every day at 07:00 in America/Los_Angeles".
// What the job's name has chosen (H, the phase of "every", the share of the splay) is in it.
func (s Schedule) Describe() string {
	if s.plan == nil {
		return "never"
	}
	var parts []string
	for i := range s.rules {
		parts = append(parts, s.rules[i].describe())
	}
	text := strings.Join(parts, "; also ")
	zone := s.rules[0].zone.loc
	if s.start != beginning {
		text += ", from " + stamp(time.Unix(s.start, 0), zone)
	}
	if s.end != noEnd {
		text += ", until " + stamp(s.end.Time(), zone)
	}
	if n := len(s.rules[0].exclude); n > 0 {
		text += fmt.Sprintf(", except on %d %s", n, plural(n, "date"))
	}
	if s.delay > 0 {
		text += fmt.Sprintf(", %v later (splay)", s.Delay())
	}
	return text
}

func (r *rule) describe() string {
	var text string
	switch r.kind {
	case kindAfter:
		return r.text
	case kindReboot:
		return "at every start of the runtime"
	case kindAt:
		return "once, " + r.moment()
	case kindIn:
		if r.at.IsZero() {
			return "once, " + strings.ToLower(strings.Join(strings.Fields(r.text), " ")) + " from when it is defined"
		}
		return "once, " + r.moment()
	case kindEvery:
		text = "every " + long(time.Duration(r.every)*time.Second)
		if r.phase > 0 {
			text += fmt.Sprintf(" (%v past, this job's place in the interval)", time.Duration(r.phase)*time.Second)
		}
		if r.active.on {
			text += " in " + r.zone.loc.String()
		}
	case kindCron:
		text = r.cron.describe() + " in " + r.zone.loc.String()
		switch {
		case r.dst == messages.DSTSkip && r.cron.fixed:
			text += ", left out when the clock skips it"
		case r.dst == messages.DSTFirstPass:
			text += ", once when the clock repeats it, and left out when it skips it"
		case r.dst == messages.DSTRunBoth && r.cron.fixed:
			text += ", twice when the clock repeats it"
		}
	}
	if r.active.on {
		text += fmt.Sprintf(", between %02d:%02d and %02d:%02d", r.active.from/60, r.active.from%60, r.active.to/60, r.active.to%60)
	}
	return text
}

func (r *rule) moment() string { return "on " + stamp(r.at.Time(), r.zone.loc) }

func stamp(t time.Time, loc *time.Location) string {
	return t.In(loc).Format("2006-01-02 at 15:04:05") + " in " + loc.String()
}

// describe is the date and the time of day, or the pace and on which days.
func (c *cron) describe() string {
	clock, times := c.clock()
	days := c.dates()
	switch {
	case times && days == "":
		return "every day at " + clock
	case times:
		return days + " at " + clock
	case days == "":
		return clock
	default:
		return clock + ", " + days
	}
}

// maxTimes is how many times of day are listed.
const maxTimes = 6

// clock is the times of day, if they are few, or else the pace.
func (c *cron) clock() (text string, times bool) {
	count := bits.OnesCount32(c.hours) * bits.OnesCount64(c.minutes) * bits.OnesCount64(c.seconds)
	if count <= maxTimes {
		var all []string
		for t := c.secondFrom(0, hours{}); t >= 0; {
			all = append(all, clockOf(int64(t)))
			if t++; t == secondsOfDay {
				break
			}
			t = c.secondFrom(t, hours{})
		}
		return list(all), true
	}
	return c.pace(), false
}

// pace is how often, such as "every 10 minutes from 08:00 to 17:50" or "every 10 seconds of minute 5 of every hour".
func (c *cron) pace() string {
	one := func(set uint64) bool { return set&(set-1) == 0 }
	hour, minute := pace(uint64(c.hours), 24, "hour"), pace(c.minutes, 60, "minute")
	second := pace(c.seconds, 60, "second")
	from, to, row := hourRow(c.hours)
	switch {
	case one(c.seconds) && one(c.minutes) && row: // every hour of a row, at one minute
		at := fmt.Sprintf(":%02d", bits.TrailingZeros64(c.minutes))
		if c.seconds != 1 {
			at += fmt.Sprintf(":%02d", bits.TrailingZeros64(c.seconds))
		}
		return fmt.Sprintf("every hour from %02d%s to %02d%s", from, at, to, at)
	case one(c.seconds) && one(c.minutes):
		return hour + c.at()
	}
	text := minute
	switch {
	case c.seconds == 1:
	case one(c.seconds):
		text = minute + " at " + second
	case minute == "every minute":
		text = second
	default:
		text = second + " of " + minute
	}
	switch {
	case row:
		last := to*60 + bits.Len64(c.minutes) - 1
		return fmt.Sprintf("%s from %02d:00 to %02d:%02d", text, from, last/60, last%60)
	case hour != "every hour", !one(c.seconds) && minute != "every minute", !strings.HasPrefix(minute, "every"):
		return text + " of " + hour
	default:
		return text
	}
}

// at is the minute and the second of a pace by the hour, if they are not both 0.
func (c *cron) at() (text string) {
	if c.minutes != 1 || c.seconds != 1 {
		text = fmt.Sprint(" at minute ", bits.TrailingZeros64(c.minutes))
	}
	if c.seconds != 1 {
		text += fmt.Sprint(", second ", bits.TrailingZeros64(c.seconds))
	}
	return text
}

// hourRow is the first and the last of hours in a row, three or more but not all.
func hourRow(set uint32) (from, to int, row bool) {
	from, to = bits.TrailingZeros32(set), bits.Len32(set)-1
	n := bits.OnesCount32(set)
	return from, to, n > 2 && n < 24 && n == to-from+1
}

// pace is "every 15 minutes" for a step that goes evenly into the whole, or the values.
func pace(set uint64, whole int, unit string) string {
	n := bits.OnesCount64(set)
	if n == whole {
		return "every " + unit
	}
	if n > 1 && whole%n == 0 {
		step := whole / n
		if set == every(0, whole-1, step) {
			return fmt.Sprintf("every %d %ss", step, unit)
		}
		if first := bits.TrailingZeros64(set); set == every(first, whole-1, step) {
			return fmt.Sprintf("every %d %ss from %s %d", step, unit, unit, first)
		}
	}
	return plural(n, unit) + " " + ranges(set, whole, func(v int) string { return fmt.Sprint(v) })
}

// every is the bits lo, lo+by, … up to hi.
func every(lo, hi, by int) (set uint64) {
	for v := lo; v <= hi; v += by {
		set |= 1 << v
	}
	return set
}

// ranges is the values of a set, three and more in a row as a range.
func ranges(set uint64, limit int, name func(int) string) string {
	var parts []string
	for v := 0; v < limit; v++ {
		if set>>v&1 == 0 {
			continue
		}
		last := v
		for last+1 < limit && set>>(last+1)&1 != 0 {
			last++
		}
		if last-v >= 2 {
			parts = append(parts, name(v)+" to "+name(last))
			v = last
			continue
		}
		parts = append(parts, name(v))
	}
	return list(parts)
}

// list is "a, b and c".
func list(parts []string) string {
	if n := len(parts); n > 1 {
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
	return strings.Join(parts, "")
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}

// long is a duration in the largest unit that it is a whole number of.
func long(d time.Duration) string {
	for _, u := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "hour"}, {time.Minute, "minute"}, {time.Second, "second"}} {
		if n := int(d / u.size); d%u.size == 0 {
			if n == 1 {
				return u.name
			}
			return fmt.Sprint(n, " ", u.name, "s")
		}
	}
	return d.String()
}
