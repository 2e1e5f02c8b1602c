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
		doubts = append(doubts, dayTrap(&r.cron, words[inDay], words[inWeekday])...)
		for _, f := range []int{inSecond, inMinute, inHour} {
			doubts = append(doubts, uneven(fields[f], words[f])...)
		}
	}
	return slices.Compact(doubts)
}

// dayTrap: two day fields mean "or", unless one of them starts with a star.
func dayTrap(c *cron, day, week string) []string {
	open := func(text string) bool { return text == "*" || text == "?" }
	switch {
	case open(day) || open(week):
		return nil
	case c.both:
		return []string{fmt.Sprintf("day-of-month %q and day-of-week %q must both match, because one of them starts with *", day, week)}
	default:
		return []string{fmt.Sprintf("day-of-month %q or day-of-week %q is enough, as in every cron; for both, let one of them start with *", day, week)}
	}
}

// uneven: a step that does not divide the whole has a shorter last gap.
func uneven(f field, text string) []string {
	step, ok := strings.CutPrefix(text, "*/")
	n, err := number(step)
	whole := f.max + 1
	if !ok || err != nil || n == 0 || n >= whole || whole%n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s %q is uneven: after %d comes 0, %d later and not %d; \"every\" keeps its pace",
		f.title, text, (whole-1)/n*n, whole-(whole-1)/n*n, n)}
}
