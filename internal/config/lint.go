package config

import (
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

const (
	// lintAgentEvery is how often an agent may run without a second look: each run costs money.
	lintAgentEvery = 5 * time.Minute
	// lintSlots is how many slots of a schedule are looked at.
	lintSlots = 256
)

// lint warns of what is allowed and rarely meant. It looks at all jobs together, once all are read.
func (b *builder) lint() {
	for i, def := range b.out.Jobs {
		n := b.nodes[i]
		if gap, ok := shortestGap(def); ok && def.Gated && gap < lintAgentEvery {
			b.warn(n.find("schedule").value, "an agent job that runs every %v, more often than every %v; is that meant?", gap, lintAgentEvery)
		}
		for _, name := range def.Env {
			if slices.Contains(b.out.DenyEnv, name) {
				b.warn(n.find("env").value, "%s holds a provider's key and is kept from every job's process; remove it from env", name)
			}
		}
	}
}

// shortestGap is the least time between two slots. It begins at a fixed day: a file is judged alike
// whenever it is read.
func shortestGap(def messages.Definition) (time.Duration, bool) {
	if def.Schedule == "" {
		return 0, false
	}
	s, err := scheduler.Parse(specOf(def))
	if err != nil || s.OneShot() {
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
