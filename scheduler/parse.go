package scheduler

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"curfew/messages"
)

// noEnd is the end of a schedule without one.
const noEnd = messages.Instant(math.MaxInt64)

// Parse reads the schedule of a job. H, the phase of "every" and the splay are a stable hash of the job's name. Without
// an anchor "in 10 minutes" names no slot yet. The error is an [*Error]; a schedule that can never name a slot is one,
// too.
func Parse(t messages.Timetable, job string) (Schedule, error) {
	loc, err := zoneOf(t.Timezone)
	if err != nil {
		return Schedule{}, &Error{KeyTimezone, t.Timezone, err.Error()}
	}
	if err := cmp.Or(known(KeyDays, t.Days, messages.AllDays), known(KeyDST, t.DST, messages.AllDST)); err != nil {
		return Schedule{}, err
	}
	p := &plan{text: textOf(t), start: beginning, end: noEnd}
	if t.After != nil {
		p.text = t.After.String()
		p.rules = []rule{{kind: kindAfter, zone: loc, text: p.text}}
		return Schedule{p}, nil
	}
	exprs := strings.Split(t.Schedule, Separator)
	if len(exprs) > MaxExprs {
		return Schedule{}, &Error{KeySchedule, t.Schedule[:min(len(t.Schedule), MaxExpr)], fmt.Sprintf("more than %d expressions", MaxExprs)}
	}
	for _, expr := range exprs {
		if len(expr) > MaxExpr {
			return Schedule{}, &Error{KeySchedule, expr[:MaxExpr], fmt.Sprintf("longer than %d bytes", MaxExpr)}
		}
		r := rule{zone: loc, dst: t.DST, and: t.Days == messages.DaysAnd, text: strings.TrimSpace(expr)}
		if err := r.parse(t, job); err != nil {
			return Schedule{}, &Error{KeySchedule, strings.TrimSpace(expr), err.Error()}
		}
		p.rules = append(p.rules, r)
	}
	if err := p.bound(t, job); err != nil {
		return Schedule{}, err
	}
	if err := p.limit(t); err != nil {
		return Schedule{}, err
	}
	return Schedule{p}, nil
}

// known refuses a word that is neither empty nor one of the allowed ones.
func known[T ~string](key Key, word T, allowed []T) error {
	if word == "" || slices.Contains(allowed, word) {
		return nil
	}
	texts := make([]string, len(allowed))
	for i, a := range allowed {
		texts[i] = string(a)
	}
	return &Error{key, string(word), "unknown (allowed: " + strings.Join(texts, ", ") + ")"}
}

// bound takes in what limits all expressions alike: start, end and splay.
func (p *plan) bound(t messages.Timetable, job string) error {
	if !t.Start.IsZero() {
		p.start = -floorDiv(-int64(t.Start), msPerSecond) // up to a whole second: slots are whole seconds
	}
	if !t.End.IsZero() {
		p.end = t.End
		if t.End < t.Start {
			return &Error{KeyEnd, t.End.String(), "before start: no slot is left"}
		}
	}
	splay := t.Splay.D()
	if splay < 0 || splay > MaxSplay || splay%time.Second != 0 {
		return &Error{KeySplay, splay.String(), "not whole seconds from 0s to 24h"}
	}
	p.splayed = splay > 0
	p.delay = int64(messages.Spread("splay", job) * float64(splay/time.Second+1))
	return nil
}

// limit takes in active hours and excluded dates. What is left must not be empty.
func (p *plan) limit(t messages.Timetable) error {
	days, err := excluded(t.Exclude)
	if err != nil {
		return err
	}
	limited := t.ActiveHours != nil || len(days) > 0
	for i := range p.rules {
		r := &p.rules[i]
		r.exclude = days
		if limited && (r.kind == kindAt || r.kind == kindIn) {
			key, what := KeyActiveHours, "active hours do"
			if t.ActiveHours == nil {
				key, what = KeyExclude, "excluded dates do"
			}
			return &Error{key, r.text, fmt.Sprintf("%q has one slot, %s not apply to it; leave them out", strings.Fields(r.text)[0], what)}
		}
		if h := t.ActiveHours; h != nil && r.kind != kindReboot {
			if err := r.limit(*h); err != nil {
				return &Error{KeyActiveHours, h.Start + "-" + h.End, err.Error()}
			}
		}
		r.sift()
	}
	return nil
}

// excluded reads dates as day numbers, sorted.
func excluded(dates []string) ([]int32, error) {
	if len(dates) > MaxExclude {
		return nil, &Error{KeyExclude, dates[0], fmt.Sprintf("more than %d dates", MaxExclude)}
	}
	var days []int32
	for _, text := range dates {
		t, err := time.Parse(time.DateOnly, text)
		if err != nil {
			return nil, &Error{KeyExclude, text, "not a date (allowed: YYYY-MM-DD)"}
		}
		days = append(days, int32(t.Unix()/secondsOfDay))
	}
	slices.Sort(days)
	return slices.Compact(days), nil
}

// Bound reads a bound of slots: an RFC 3339 time, or a date in the zone, which as a start is its first
// instant and as an end its last.
func Bound(text, zone string, end bool) (messages.Instant, error) {
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return messages.At(t), nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, errors.New("not a time (allowed: RFC 3339 such as 2027-01-15T12:00:00Z, or a date such as 2027-01-15)")
	}
	z, err := zoneOf(zone)
	if err != nil {
		return 0, err
	}
	if end {
		return messages.At(z.firstOf(day.Unix()+secondsOfDay)) - 1, nil
	}
	return messages.At(z.firstOf(day.Unix())), nil
}
