package config

import (
	"curfew/actors"
	"curfew/messages"
	"curfew/scheduler"
)

// noLimit is the timeout of an attempt that may take as long as it likes.
const noLimit = "none"

// ownLimits are the members of a block that end an attempt which hangs.
var ownLimits = map[string]string{cliAgentKind: ", or with.idle_timeout", agentKind: ", or with.budgets.wall_clock"}

// timeout is how long an attempt may take. A job of a gated type needs a limit: an agent that hangs may cost money, takes
// a place in its session's lane, and as a canary keeps all others waiting.
func (b *builder) timeout(o object, kind actors.Kind, def *messages.Definition) {
	def.Timeout = messages.Duration(kind.Traits.Timeout)
	if d, none, ok := o.timeLimit(); ok {
		def.Timeout, def.NoTimeout = d, none
	}
	if def.NoTimeout && kind.Traits.Gated && !kind.KeepsTime(def.With) {
		b.at(o.n.find("timeout").value, "timeout: jobs of actor %q need a limit, since one that hangs may cost money and keep the others of its "+
			"session waiting; give a span such as 24h%s", kind.Name, ownLimits[kind.Name])
	}
}

// timeLimit reads the key timeout: a span, or none.
func (o object) timeLimit() (d messages.Duration, none, ok bool) {
	if m := o.n.find("timeout"); m != nil && m.value.shape == shapeText && m.value.scalar == noLimit {
		return 0, true, true
	}
	d, ok = o.duration("timeout")
	return d, false, ok
}

// unlimited warns of a job without a limit of time whose later slots would wait for an attempt that hangs, or be skipped.
func (b *builder) unlimited(n *node, def messages.Definition, s scheduler.Schedule) {
	kind, err := b.kinds.Get(def.Actor)
	if err != nil || !def.NoTimeout || s.OneShot() || kind.KeepsTime(def.With) {
		return
	}
	what := ""
	switch def.Overlap {
	case messages.OverlapSkip:
		what = "are skipped"
	case messages.OverlapQueueOne, messages.OverlapQueueAll:
		what = "wait"
	default:
		return // they start all the same
	}
	b.warn(n.find("timeout").value, "no limit of time: while an attempt of job %s hangs, its later slots %s (overlap: %s)", def.Job, what, def.Overlap)
}
