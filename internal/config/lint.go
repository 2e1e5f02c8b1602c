package config

import (
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

const (
	// lintAgentEvery is the shortest time between two runs of an agent without a warning: each run costs money.
	lintAgentEvery = 5 * time.Minute
	// lintSlots is how many slots of a schedule are examined.
	lintSlots = 256
	// lintHerd is how many jobs without splay that start at minute 0 of the same hour cause a warning.
	lintHerd = 5
	dayHours = 24
)

// lint warns of what is allowed but probably a mistake. It runs after all jobs are read.
func (b *builder) lint() {
	b.mute()
	b.untold()
	herds, unmeasured := herds{}, map[*node]bool{}
	for i, def := range b.out.Jobs {
		n := b.nodes[i]
		b.denied(n, def)
		s, err := scheduler.Parse(def.Timetable, def.Job)
		if def.Schedule == "" || err != nil {
			b.unbound(n, def, unmeasured)
			continue
		}
		at := n.find("schedule").value
		b.spots = append(b.spots, spot{job: i, line: at.line, col: at.col})
		if gap, ok := shortestGap(s); ok && def.Gated && gap < lintAgentEvery {
			b.often(at, def, gap) // there a bound also says that the pace is meant
		} else {
			b.unbound(n, def, unmeasured)
		}
		b.unlimited(n, def, s)
		for _, doubt := range s.Doubts() {
			b.warn(at, "%s", doubt)
		}
		if hour := herds.join(def, s); hour >= 0 {
			b.warn(at, "this job and %d before it start at %02d:00; spread them with splay, such as splay: 30s", lintHerd-1, hour)
		}
	}
}

// herds counts, for each time zone, the jobs that start at minute 0 of each hour.
type herds map[string]*[dayHours]int

// join counts a job, and returns an hour whose herd becomes large by it; -1: none, or the hour has been reported.
func (h herds) join(def messages.Definition, s scheduler.Schedule) (hour int) {
	hours := s.OnTheHour()
	if def.Splay != 0 || hours == 0 {
		return -1
	}
	if h[def.Timezone] == nil {
		h[def.Timezone] = &[dayHours]int{}
	}
	full := -1
	for i := range h[def.Timezone] {
		n := &h[def.Timezone][i]
		if hours>>i&1 == 0 || *n >= lintHerd {
			continue
		}
		if *n++; *n == lintHerd && full < 0 {
			full = i
		}
	}
	return full
}

// shortestGap is the shortest time between two slots. It begins at a fixed day, so that the result does not depend on
// when the file is read.
func shortestGap(s scheduler.Schedule) (time.Duration, bool) {
	if s.OneShot() {
		return 0, false
	}
	last, ok := s.Next(time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC))
	shortest, found := time.Duration(0), false
	for range lintSlots {
		var next time.Time
		if ok {
			next, ok = s.Next(last)
		}
		if !ok {
			break
		}
		if gap := next.Sub(last); !found || gap < shortest {
			shortest, found = gap, true
		}
		last = next
	}
	return shortest, found
}

// often warns of a job that calls its model more often than most are meant to, unless it bounds what a day may cost: who
// has done that has thought of its pace (decision 0201).
func (b *builder) often(at *node, def messages.Definition, gap time.Duration) {
	if def.MaxTokensPerDay > 0 {
		return
	}
	bound := "max_tokens_per_day bounds what it may use, and says that the pace is meant"
	if b.uncounted(def) != "" {
		bound = "nobody counts what it uses; max_tokens_per_day says that the pace is meant"
	}
	b.warn(at, "this agent job runs every %s, at that pace %d times a day, as long as its sign-in is good; each run costs calls; %s",
		messages.Duration(gap).Short(), dayHours*time.Hour/gap, bound)
}

// spot is the place of a job's schedule in the file.
type spot struct{ job, line, col int }

// Dead warns of jobs that have no slot after now. Unlike the other warnings it depends on the time.
func (c Config) Dead(now time.Time) (warnings []Problem) {
	for _, p := range c.spots {
		def := c.Jobs[p.job]
		if def.Anchor.IsZero() {
			def.Anchor = messages.At(now)
		}
		s, err := scheduler.Parse(def.Timetable, def.Job)
		if err != nil || s.Reboot() || s.Follows() {
			continue
		}
		if _, ok := s.Next(now); !ok {
			warnings = append(warnings, Problem{c.file, p.line, p.col, "job " + def.Job + " never runs again: " + s.Describe()})
		}
	}
	return warnings
}
