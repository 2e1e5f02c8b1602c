package config

import (
	"curfew/actors"
	"curfew/messages"
)

func (b *builder) policies(o object, kind actors.Kind, def *messages.Definition) {
	def.OnHold = messages.OnHoldRunOnce
	if s := o.choice("on_hold", []string{"run_once", "skip", "ask", "run_all"}); s != "" {
		def.OnHold = messages.OnHold(s)
	}
	b.overlap(o, def)
	b.timeout(o, kind, def)
	if d, ok := o.duration("stale_after", MaxSpan); ok {
		def.StaleAfter = d
	}
	if n := o.get("rerun_after_tools", shapeBool); n != nil {
		def.RerunAfterTools = n.scalar.(bool)
	}
	if s := o.choice("on_interrupt", []string{"rerun", "ask", "fail"}); s != string(messages.OnInterruptRerun) {
		def.OnInterrupt = messages.OnInterrupt(s) // empty for the default, as in jobs defined before the key existed
	}
	if n, ok := o.integer("max_tokens_per_day", 1, MaxTokens); ok {
		def.MaxTokensPerDay = n
	}
	def.CatchUp = b.catchUp(o)
	def.Retry = b.retry(o, *kind.Traits.Retry)
	def.History = b.historyIn(o, b.kept)
}

// overlap is what becomes of a slot that falls due while a run of the job is unfinished.
func (b *builder) overlap(o object, def *messages.Definition) {
	def.Overlap = messages.OverlapSkip
	if s := o.choice("overlap", []string{"skip", "queue_one", "queue_all", "cancel_running", "allow"}); s != "" {
		def.Overlap = messages.Overlap(s)
	}
	most, ok := o.integer("max_parallel", 1, messages.MaxParallel)
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
	s := o.choice("session_target", []string{string(messages.TargetIsolated), string(messages.TargetMain)})
	if s == string(messages.TargetMain) && !kind.Traits.Threads {
		b.at(o.n.find("session_target").value, "jobs of actor %q keep no conversation; remove the key", kind.Name)
		return
	}
	def.SessionTarget = messages.SessionTarget(s)
}

func (b *builder) catchUp(o object) messages.CatchUp {
	out := messages.CatchUp{Policy: messages.CatchUpOne, Window: messages.Duration(DefaultWindow)}
	n := o.get("catch_up")
	if n == nil {
		return out
	}
	c, ok := b.object(n, "catch_up", []string{"policy", "window"})
	if !ok {
		return out
	}
	if s := c.choice("policy", []string{"one", "all", "none"}); s != "" {
		out.Policy = messages.CatchUpPolicy(s)
	}
	if d, ok := c.duration("window", MaxSpan); ok {
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
	r, ok := b.object(n, "retry", []string{"attempts", "initial", "factor", "max", "jitter", "within"})
	if !ok {
		return out
	}
	if v, ok := r.integer("attempts", 1, MaxAttempts); ok {
		out.Attempts = v
	}
	if v, ok := r.number("factor", 1, MaxFactor); ok {
		out.Factor = v
	}
	if v, ok := r.number("jitter", 0, 1); ok {
		out.Jitter = v
	}
	if v, ok := r.duration("within", MaxSpan); ok {
		out.Within = v
	}
	initial, hasInitial := r.duration("initial", MaxPause)
	longest, hasMax := r.duration("max", MaxPause)
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
