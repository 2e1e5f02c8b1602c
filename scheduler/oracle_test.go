package scheduler

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// The oracle knows schedules as lists of numbers and time as one minute after the other. It shares
// nothing with Next but the rules: it is slow, short and to be read.

var oracleZones = []string{
	"UTC", "Europe/Berlin", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Santiago", "America/Havana",
	"Asia/Beirut", "Africa/Cairo", "Africa/Casablanca", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia", "America/St_Johns",
}

// A moment is one minute of a zone, as its wall clock shows it.
type moment struct {
	at       time.Time
	wall     time.Time // the same digits, as if in UTC
	repeated bool      // daylight saving showed these digits before
	skipped  []time.Time
}

// window is every minute from a day before the start to a day and a half behind it.
func window(zone *time.Location, start time.Time) []moment {
	var ms []moment
	before := time.Time{}
	repeatedUntil := time.Time{}
	for at := start.Add(-24 * time.Hour); at.Before(start.Add(36 * time.Hour)); at = at.Add(time.Minute) {
		y, mo, d := at.In(zone).Date()
		h, mi, s := at.In(zone).Clock()
		m := moment{at: at, wall: time.Date(y, mo, d, h, mi, s, 0, time.UTC)}
		if expected := before.Add(time.Minute); len(ms) > 0 {
			jump := m.wall.Sub(expected)
			if jump < 0 && jump > -3*time.Hour {
				repeatedUntil = expected
			}
			for w := expected; jump < 3*time.Hour && w.Before(m.wall); w = w.Add(time.Minute) {
				m.skipped = append(m.skipped, w)
			}
		}
		m.repeated = m.wall.Before(repeatedUntil)
		before = m.wall
		ms = append(ms, m)
	}
	return ms
}

// A rule is a cron expression as lists of numbers.
type rule struct {
	text                    string
	sets                    [5]map[int]bool
	fixed, both             bool
	active                  bool
	activeStart, activeStop int
}

func (r rule) matches(w time.Time) bool {
	return r.sets[0][w.Minute()] && r.sets[1][w.Hour()] && r.sets[3][int(w.Month())] && r.matchesDay(w) && r.isActive(w)
}

func (r rule) matchesDay(w time.Time) bool {
	day, week := r.sets[2][w.Day()], r.sets[4][int(w.Weekday())]
	if r.both {
		return day && week
	}
	return day || week
}

func (r rule) isActive(w time.Time) bool {
	m := w.Hour()*60 + w.Minute()
	switch {
	case !r.active:
		return true
	case r.activeStart <= r.activeStop:
		return r.activeStart <= m && m <= r.activeStop
	default:
		return m >= r.activeStart || m <= r.activeStop
	}
}

// due is whether the rule runs in that minute.
func (r rule) due(m moment) bool {
	if !r.fixed {
		return r.matches(m.wall)
	}
	for _, w := range m.skipped {
		if r.matches(w) && r.isActive(m.wall) {
			return true
		}
	}
	return r.matches(m.wall) && !m.repeated
}

// randomRule leans towards the hours in which clocks change, so that many slots meet a change.
func randomRule(r *rand.Rand) rule {
	var out rule
	var texts [5]string
	limits := [5][2]int{{0, 59}, {0, 23}, {1, 31}, {1, 12}, {0, 7}}
	for i, l := range limits {
		texts[i], out.sets[i] = randomField(r, l[0], l[1], i)
	}
	if out.sets[4][sunday] {
		out.sets[4][0] = true
	}
	out.text = strings.Join(texts[:], " ")
	out.fixed = texts[0][0] != '*' && texts[1][0] != '*'
	out.both = texts[2][0] == '*' || texts[4][0] == '*'
	if r.IntN(4) == 0 {
		out.active, out.activeStart, out.activeStop = true, r.IntN(minutesOfDay), r.IntN(minutesOfDay)
	}
	return out
}

func randomField(r *rand.Rand, lo, hi, index int) (string, map[int]bool) {
	set := map[int]bool{}
	fill := func(a, b, by int) {
		for v := a; v <= b; v += by {
			set[v] = true
		}
	}
	var items []string
	for range 1 + r.IntN(2) {
		a, step := lo+r.IntN(hi-lo+1), 1+r.IntN(hi)
		if index == 1 && r.IntN(2) == 0 {
			a = r.IntN(4)
		}
		b := a + r.IntN(hi-a+1)
		shape := r.IntN(5)
		if index >= 2 && r.IntN(2) == 0 {
			shape = 0
		}
		switch shape {
		case 0:
			fill(lo, hi, 1)
			items = append(items, "*")
		case 1:
			fill(a, a, 1)
			items = append(items, fmt.Sprint(a))
		case 2:
			fill(a, b, 1)
			items = append(items, fmt.Sprintf("%d-%d", a, b))
		case 3:
			fill(a, b, step)
			items = append(items, fmt.Sprintf("%d-%d/%d", a, b, step))
		default:
			fill(lo, hi, step)
			items = append(items, fmt.Sprintf("*/%d", step))
		}
	}
	return strings.Join(items, ","), set
}

// TestNextAgainstOracle compares every slot of a day and a half with the oracle's; half of the
// windows lie around a change of the zone's offset.
func TestNextAgainstOracle(t *testing.T) {
	const windows, rules = 800, 30
	r := rand.New(rand.NewPCG(2026, 11))
	slots, near, refused := 0, 0, 0
	for i := range windows {
		name := oracleZones[i%len(oracleZones)]
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Unix(r.Int64N(120*365*24*60)*60, 0) // 1970 … 2089
		if i%2 == 0 {
			if _, change := start.In(zone).ZoneBounds(); !change.IsZero() {
				start = change.Truncate(time.Minute).Add(-time.Duration(r.IntN(24*60)) * time.Minute)
				near++
			}
		}
		minutes := window(zone, start)
		for range rules {
			rule := randomRule(r)
			active := ""
			if rule.active {
				active = fmt.Sprintf("%02d:%02d-%02d:%02d", rule.activeStart/60, rule.activeStart%60, rule.activeStop/60, rule.activeStop%60)
			}
			s, err := parseRule(rule.text, name, active)
			if err != nil {
				refused++
				neverDue(t, rule, minutes)
				continue
			}
			slots += compare(t, s, rule, minutes, start)
		}
	}
	t.Logf("%d cases, %d slots, %d windows near a change, %d refused", windows*rules, slots, near, refused)
	if slots < windows*rules || near < windows/4 || refused > windows*rules/20 {
		t.Error("the cases are too thin to prove anything")
	}
}

// compare walks through the window with Next and returns how many slots there were.
func compare(t *testing.T, s Schedule, rule rule, minutes []moment, start time.Time) int {
	t.Helper()
	slots := 0
	next, ok := s.Next(start.Add(-time.Nanosecond))
	for _, m := range minutes {
		if m.at.Before(start) {
			continue
		}
		due := rule.due(m)
		if got := ok && next.Equal(m.at); got != due {
			t.Fatalf("%s, from %s: slot at %s (%s): %v, the oracle says %v; Next says %s", s, start.UTC(), m.at.UTC(), m.wall.Format("15:04"), got, due, next)
		}
		if due {
			slots++
			next, ok = s.Next(m.at)
		}
	}
	return slots
}

// neverDue checks that what Parse refuses as impossible is.
func neverDue(t *testing.T, rule rule, minutes []moment) {
	t.Helper()
	for _, m := range minutes {
		if rule.matches(m.wall) {
			t.Fatalf("%s is refused, but %s matches", rule.text, m.wall)
		}
	}
}
