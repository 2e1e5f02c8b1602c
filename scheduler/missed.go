package scheduler

import (
	"slices"
	"sort"
	"time"

	"curfew/messages"
)

const (
	// maxScan bounds how many slots [Missed] looks at one by one: four years of a slot every minute.
	maxScan = 1 << 21

	// maxReach is how many days it looks back at most if slots are rare: two centuries.
	maxReach = 73_000
)

// Missed is the slots in (after, until]: the newest ones, at most limit (≥ 1) of them, and how many older ones there
// are; with a window, also how many of these are older than it, seen from until. What it returns belongs to no job yet,
// and has no Slots if there are none.
//
// One cron expression, and a lone "every" without active hours, dates or end, are computed. Anything else is counted
// slot by slot, for about maxScan slots before until; if the oldest is older than that, what is between is not counted,
// and AtLeast says so. First and Recent are always exact.
func Missed(s Schedule, after, until time.Time, window time.Duration, limit int) (m messages.SlotsMissed) {
	next, ok := s.Next(after)
	if !ok || next.After(until) || limit < 1 {
		return m
	}
	m.First, m.Once = messages.At(next), s.once()
	cutoff := until.Add(-window) // what is before it is old
	switch {
	case s.plain():
		m.Slots, m.More = s.multiples(next.Unix(), until.Unix(), limit)
		if m.More > 0 && window > 0 && next.Before(cutoff) {
			_, old := s.multiples(next.Unix(), cutoff.Add(-1).Unix(), 0)
			m.Old = min(old, m.More)
		}
	case s.countable():
		total := s.count(after, until)
		m.Slots = s.newest(after, until, min(total, limit))
		m.More = total - len(m.Slots)
		if m.More > 0 && window > 0 && next.Before(cutoff) {
			m.Old = min(s.count(after, cutoff.Add(-1)), m.More)
		}
	default:
		s.scan(&m, next, until, cutoff, limit)
		if window <= 0 {
			m.Old = 0
		}
	}
	if m.Old > 0 && m.Old < m.More {
		recent, _ := s.Next(cutoff.Add(-1))
		m.Recent = messages.At(recent)
	}
	return m
}

// newest is the last n slots up to until, all of which are later than after.
func (s Schedule) newest(after, until time.Time, n int) []messages.Instant {
	back := func(seconds int) time.Time { return until.Add(-time.Duration(seconds) * time.Second) }
	far := int(until.Sub(after) / time.Second)
	from := after
	if k := sort.Search(far, func(k int) bool { return s.count(back(k), until) >= n }); k < far {
		from = back(k)
	}
	slots := make([]messages.Instant, 0, n)
	for next, ok := s.Next(from); ok && !next.After(until); next, ok = s.Next(next) {
		slots = append(slots, messages.At(next))
	}
	return slots[max(0, len(slots)-n):]
}

// scan looks at the slots one by one, from the first on or, if that is too far, from what is within reach.
func (s Schedule) scan(m *messages.SlotsMissed, first, until, cutoff time.Time, limit int) {
	next, ok, count, old := first, true, 0, 0
	if from := until.Add(-s.reach()); first.Before(from) {
		next, ok = s.Next(from)
		m.AtLeast = next.After(first)
		m.More = 1 // the first
		if first.Before(cutoff) {
			old = 1
		}
	}
	ring := make([]messages.Instant, 0, min(limit, 64))
	for ; ok && !next.After(until); next, ok = s.Next(next) {
		if len(ring) < limit {
			ring = append(ring, messages.At(next))
		} else {
			ring[count%limit] = messages.At(next)
		}
		if next.Before(cutoff) {
			old++
		}
		count++
	}
	m.Slots = unroll(ring, count)
	m.More += count - len(ring)
	m.Old = min(old, m.More)
}

// plain reports whether the slots are a single arithmetic progression.
func (s Schedule) plain() bool {
	r := &s.rules[0]
	return len(s.rules) == 1 && r.kind == kindEvery && !r.active.on && len(r.exclude) == 0 && s.end == noEnd
}

// once reports whether all slots are instants of "at" and "in".
func (s Schedule) once() bool {
	return !slices.ContainsFunc(s.rules, func(r rule) bool { return r.kind != kindAt && r.kind != kindIn && r.kind != kindReboot })
}

// reach is how long maxScan slots take, about.
func (s Schedule) reach() time.Duration {
	daily := int64(1)
	for i := range s.rules {
		switch r := &s.rules[i]; r.kind {
		case kindEvery:
			daily += secondsOfDay/r.every + 1
		case kindCron:
			daily += int64(r.cron.upTo(secondsOfDay-1, r.active))
		}
	}
	return time.Duration(min(maxScan/daily, maxReach)) * secondsOfDay * time.Second
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
