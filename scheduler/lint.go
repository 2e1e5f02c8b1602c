package scheduler

import (
	"fmt"
	"slices"
	"strings"
)

// Doubts says what of the schedule is allowed and rarely meant.
func (s Schedule) Doubts() (doubts []string) {
	if s.plan == nil {
		return nil
	}
	for i := range s.rules {
		r := &s.rules[i]
		if r.kind == kindEvery {
			doubts = append(doubts, r.calendarPace()...)
		}
		if r.kind != kindCron {
			continue
		}
		words := strings.Fields(r.text)
		if strings.Contains(words[0], "=") {
			words = words[1:]
		}
		switch len(words) {
		case 5:
			words = append([]string{"0"}, words...)
		case 6, 7:
		default:
			continue // a macro
		}
		doubts = append(doubts, dayTrap(&r.cron, r.and, words[inDay], words[inWeekday])...)
		for _, f := range []int{inSecond, inMinute, inHour, inDay, inMonth, inWeekday} {
			doubts = append(doubts, uneven(fields[f], words[f])...)
			doubts = append(doubts, backwards(fields[f], words[f])...)
		}
		doubts = append(doubts, quartz(words[inDay], words[inWeekday])...)
	}
	return slices.Compact(doubts)
}

// dayTrap: two day fields mean "or", unless one of them starts with a star, or the job says which it means.
func dayTrap(c *cron, and bool, day, week string) []string {
	open := func(text string) bool { return text == "*" || text == "?" }
	switch {
	case open(day) || open(week) || and:
		return nil
	case c.both:
		return []string{fmt.Sprintf("day-of-month %q and day-of-week %q must both match, because one of them starts with *", day, week)}
	default:
		return []string{fmt.Sprintf("day-of-month %q or day-of-week %q is enough, as in every cron; for both, write days: and", day, week)}
	}
}

// uneven: a step up to the end of a field whose last gap, to the first value of the next round, is another.
func uneven(f field, text string) (doubts []string) {
	for item := range strings.SplitSeq(strings.ToLower(text), ",") {
		body, step, stepped := strings.Cut(item, "/")
		by, err := number(step)
		lo, errLo := f.value(body)
		if body == "*" || body == "?" {
			lo, errLo = f.min, nil
		}
		if !stepped || err != nil || errLo != nil || by <= 1 || lo > f.end() {
			continue // a range ends where it was meant to end
		}
		last, whole := lo+(f.end()-lo)/by*by, f.end()-f.min+1
		switch gap := whole - (last - lo); {
		case last == lo && gap != by:
			doubts = append(doubts, fmt.Sprintf("%s %q is %d alone, for the step leaves the field; %s", f.title, item, lo, paceKeeper))
		case f.title == "day-of-month" && last > lo:
			doubts = append(doubts, fmt.Sprintf("%s %q is uneven: it starts again with each month, so day %d comes soon after day %d; %s",
				f.title, item, lo, last, paceKeeper))
		case gap != by:
			doubts = append(doubts, fmt.Sprintf("%s %q is uneven: after %d comes %d, %d later and not %d; %s", f.title, item, last, lo, gap, by, paceKeeper))
		}
	}
	return doubts
}

const paceKeeper = `"every" keeps its pace`

// OnTheHour are the hours, a bit for each, at whose minute 0 the schedule has slots by an expression that names no
// other minute: the minute at which most of the world's jobs start.
func (s Schedule) OnTheHour() (hours uint32) {
	if s.plan == nil {
		return 0
	}
	for _, r := range s.rules {
		if r.kind == kindCron && r.cron.minutes == 1 {
			hours |= r.cron.hours
		}
	}
	return hours
}
