package config

import (
	"curfew/actors"
	"curfew/messages"
)

func (b *builder) policies(o object, kind actors.Kind, def *messages.Definition) {
	def.OnHold = messages.OnHoldRunOnce
	if s := o.choice("on_hold"); s != "" {
		def.OnHold = messages.OnHold(s)
	}
	b.overlap(o, def)
	b.timeout(o, kind, def)
	if d, ok := o.duration("stale_after"); ok {
		def.StaleAfter = d
	}
	if n := o.get("rerun_after_tools", shapeBool); n != nil {
		def.RerunAfterTools = n.scalar.(bool)
	}
	if s := o.choice("on_interrupt"); s != string(messages.OnInterruptRerun) {
		def.OnInterrupt = messages.OnInterrupt(s) // empty for the default, as in jobs defined before the key existed
	}
	if n, ok := o.integer("max_tokens_per_day"); ok {
		def.MaxTokensPerDay = n
	}
	def.CatchUp = b.catchUp(o)
	def.Retry = b.retry(o, *kind.Traits.Retry)
	def.History = b.historyIn(o, b.kept)
}

// overlap is what becomes of a slot that falls due while a run of the job is unfinished.
func (b *builder) overlap(o object, def *messages.Definition) {
	def.Overlap = messages.OverlapSkip
	if s := o.choice("overlap"); s != "" {
		def.Overlap = messages.Overlap(s)
	}
	most, ok := o.integer("max_parallel")
	switch {
	case def.Overlap != messages.OverlapAllow: // lint says that it has no effect
	case ok:
		def.MaxParallel = most
	default:
		def.MaxParallel = messages.DefaultParallel
	}
}

// sessionTarget says whether the runs of a job share one conversation. Left out it is empty, as in jobs defined before
// the key existed.
func (b *builder) sessionTarget(o object, kind actors.Kind, def *messages.Definition) {
	s := o.choice("session_target")
	if s == string(messages.TargetMain) && !kind.Traits.Threads {
		b.at(o.n.find("session_target").value, "jobs of actor %q keep no conversation; remove the key", kind.Name)
		return
	}
	def.SessionTarget = messages.SessionTarget(s)
}

func (b *builder) catchUp(o object) messages.CatchUp {
	out := messages.CatchUp{Policy: messages.CatchUpOne, Window: messages.Duration(defaultWindow)}
	n := o.get("catch_up")
	if n == nil {
		return out
	}
	c, ok := b.object(n, describedCatchUp)
	if !ok {
		return out
	}
	if s := c.choice("policy"); s != "" {
		out.Policy = messages.CatchUpPolicy(s)
	}
	if d, ok := c.duration("window"); ok {
		out.Window = d
	}
	return out
}

// retry is the actor type's policy, changed by the members that the job names. If the job names only one of initial and
// max, the default of the other is adapted to it.
func (b *builder) retry(o object, out messages.Retry) messages.Retry {
	n := o.get("retry")
	if n == nil {
		return out
	}
	r, ok := b.object(n, describedRetry)
	if !ok {
		return out
	}
	if v, ok := r.integer("attempts"); ok {
		out.Attempts = v
	}
	if v, ok := r.number("factor"); ok {
		out.Factor = v
	}
	if v, ok := r.number("jitter"); ok {
		out.Jitter = v
	}
	if v, ok := r.duration("within"); ok {
		out.Within = v
	}
	initial, hasInitial := r.duration("initial")
	longest, hasMax := r.duration("max")
	switch {
	case hasInitial && hasMax && longest < initial:
		b.at(n.find("max").value, "max (%v) must not be shorter than initial (%v)", longest, initial)
	case hasInitial && hasMax:
		out.Initial, out.Max = initial, longest
	case hasInitial:
		out.Initial, out.Max = initial, max(initial, out.Max)
	case hasMax:
		out.Initial, out.Max = min(out.Initial, longest), longest
	}
	return out
}
