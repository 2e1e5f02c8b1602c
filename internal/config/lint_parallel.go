package config

import "curfew/messages"

// lintParallel warns of runs beside each other that are fewer than the file says, or that share what they should not.
// Written is the job without the defaults of its actor type: those hold for several jobs.
func (b *builder) lintParallel(written *node, def messages.Definition) {
	most := written.find("max_parallel")
	if def.Overlap != messages.OverlapAllow {
		if most != nil {
			b.warn(most.value, "max_parallel has no effect without overlap: allow; overlap is %s", def.Overlap)
		}
		return
	}
	if most != nil {
		for _, l := range b.out.Runtime.Lanes {
			if l.Actor == def.Actor && l.Size < def.MaxParallel {
				b.warn(most.value, "max_parallel is %d, but the lane of %s has room for %d attempts of all its jobs",
					def.MaxParallel, l.Actor, l.Size)
			}
		}
	}
	if n := written.find("session_target"); n != nil && def.SessionTarget == messages.TargetMain {
		b.warn(n.value, "with overlap: allow a run does not know of those that are still going on beside it")
	}
}
