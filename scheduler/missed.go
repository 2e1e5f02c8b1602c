package scheduler

import (
	"time"

	"curfew/messages"
)

// maxScan bounds how many slots [Missed] looks at one by one: four years of a slot every minute.
const maxScan = 1 << 21

// Missed is the slots in (after, until]: the newest ones, at most limit (≥ 1) of them and oldest first, how
// many older ones there are, and the oldest of all. Without a slot, newest is empty and first is none.
//
// A lone "every" without active hours, dates or end is computed; anything else is counted slot by slot, for at most
// maxScan times the smallest distance of two slots (a minute for cron, a second if it has several, the interval for "every")
// before until. Older slots than that are not counted, but for the first, which is always exact.
func Missed(s Schedule, after, until time.Time, limit int) (newest []messages.Instant, more int, first messages.Instant) {
	next, ok := s.Next(after)
	if !ok || next.After(until) || limit < 1 {
		return nil, 0, 0
	}
	first = messages.At(next)
	if s.plain() {
		newest, more = s.multiples(next.Unix(), until.Unix(), limit)
		return newest, more, first
	}
	skipped := 0
	if from := until.Add(-s.reach()); next.Before(from) {
		next, ok = s.Next(from)
		skipped = 1 // the first
	}
	ring := make([]messages.Instant, 0, min(limit, 64))
	count := 0
	for ; ok && !next.After(until); next, ok = s.Next(next) {
		if len(ring) < limit {
			ring = append(ring, messages.At(next))
		} else {
			ring[count%limit] = messages.At(next)
		}
		count++
	}
	return unroll(ring, count), skipped + count - len(ring), first
}

// plain reports whether the slots are a single arithmetic progression.
func (s Schedule) plain() bool {
	r := &s.rules[0]
	return len(s.rules) == 1 && r.kind == kindEvery && !r.active.on && len(r.exclude) == 0 && s.end == noEnd
}

// reach is how long maxScan slots take at least; of long intervals an hour counts, which makes two centuries.
func (s Schedule) reach() time.Duration {
	least := time.Hour
	for i := range s.rules {
		r, gap := &s.rules[i], time.Hour
		switch {
		case r.kind == kindEvery:
			gap = time.Duration(r.every) * time.Second
		case r.kind == kindCron && r.cron.seconds&(r.cron.seconds-1) != 0:
			gap = time.Second
		case r.kind == kindCron:
			gap = time.Minute
		}
		least = min(least, gap/time.Duration(len(s.rules)))
	}
	return maxScan * least
}

// multiples is the newest multiples of the interval in [first, until], and how many older there are.
func (s Schedule) multiples(first, until int64, limit int) ([]messages.Instant, int) {
	count := (until-first)/s.rules[0].every + 1
	n := min(count, int64(limit))
	newest := make([]messages.Instant, 0, n)
	for t := first + (count-n)*s.rules[0].every; t <= until; t += s.rules[0].every {
		newest = append(newest, messages.At(time.Unix(t, 0)))
	}
	return newest, int(count - n)
}

// unroll puts a ring that count values were written to in order.
func unroll(ring []messages.Instant, count int) []messages.Instant {
	if count <= len(ring) {
		return ring
	}
	oldest := count % len(ring)
	return append(append(make([]messages.Instant, 0, len(ring)), ring[oldest:]...), ring[:oldest]...)
}
