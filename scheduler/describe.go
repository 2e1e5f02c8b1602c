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
	hour := pace(uint64(c.hours), 24, "hour")
	minute := pace(c.minutes, 60, "minute")
	second := pace(c.seconds, 60, "second")
	everyHour, everyMinute := hour == "every hour", minute == "every minute"
	switch {
	case c.seconds != 1 && everyMinute:
		text = second
	case c.seconds != 1:
		text = second + " of " + minute
	case c.minutes == 1:
		return hour, false
	default:
		text = minute
	}
	if everyHour || everyMinute && hour == "every hour" {
		if c.minutes&(c.minutes-1) == 0 {
			return hour + " at " + minute, false
		}
		return text, false
	}
	return text + " of " + hour, false
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
