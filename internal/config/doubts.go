package config

import (
	"slices"
	"time"

	"curfew/messages"
)

// Doubts are all warnings about a file that is valid: what is probably a mistake, and what this machine, its environment
// and the time make of it. Env looks a variable up.
func (c Config) Doubts(now time.Time, env func(string) (string, bool)) []Problem {
	_, users := c.Users(false)
	return slices.Concat(c.Warnings, users, c.Dead(now), c.Unreachable(), c.Missing(env), c.Unset(env))
}

// DoubtsAbout are those of the doubts that are about one job of the file, by the definition that it has now: the file may
// be kept without its jobs ([Config.Only]).
func (c Config) DoubtsAbout(d messages.Definition, now time.Time, env func(string) (string, bool)) (out []Problem) {
	at, ok := c.at[d.Job]
	if !ok {
		return nil
	}
	of := c.part(at)
	c.needs = slices.DeleteFunc(slices.Clone(c.needs), func(l look) bool { return !of(l.place) })
	c.users = slices.DeleteFunc(slices.Clone(c.users), func(u userAt) bool { return !of(u.place) })
	c.Jobs, c.spots = []messages.Definition{d}, []spot{{line: at.line, col: at.col}}
	c.Targets, c.Sentry = nil, Sentry{}
	c.Healthchecks = slices.DeleteFunc(slices.Clone(c.Healthchecks), func(h Healthcheck) bool { return h.Job != d.Job })
	return slices.DeleteFunc(c.Doubts(now, env), func(p Problem) bool { return !of(p) })
}

// part reports whether a problem stands in the part of the file that is a job.
func (c Config) part(job place) func(Problem) bool {
	next := place{line: job.end + 1}
	for _, other := range c.at {
		if other.after(job) && next.after(other) {
			next = other
		}
	}
	return func(p Problem) bool {
		at := place{line: p.Line, col: p.Col}
		return p.File == c.file && !job.after(at) && next.after(at)
	}
}

// place is where something begins in a job file. End is the last line of it that is known; 0: none is.
type place struct{ line, col, end int }

func (p place) after(other place) bool {
	return p.line > other.line || p.line == other.line && p.col > other.col
}

// last is the last line on which a key or an item of a node begins.
func (n *node) last() int {
	if n == nil {
		return 0
	}
	out := n.line
	for _, m := range n.members {
		out = max(out, m.line, m.value.last())
	}
	for _, item := range n.items {
		out = max(out, item.last())
	}
	return out
}
