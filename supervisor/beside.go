package supervisor

import (
	"slices"

	"curfew/messages"
)

// A job has one actor as long as it is defined. With overlap: allow several of its runs go on at once; each that does
// not get the job's actor has an actor of its own, named JOB.RUN, until it is over. Its strategy is the same: a failed
// run suspends its own actor and no other.

// name is the name of the actor, which no other child of the shard has or will have: a run is over once, and no name of
// a job has a dot.
func (k *child) name() string {
	if k.beside {
		return k.def.Job + "." + string(k.run)
	}
	return k.def.Job
}

// performs returns the child that performs the attempts of the run; nil if none has begun here.
func (h *shard) performs(job string, run messages.RunID) *child {
	if k := h.children[job]; k != nil && k.run == run {
		return k
	}
	if i := slices.IndexFunc(h.beside[job], func(k *child) bool { return k.run == run }); i >= 0 {
		return h.beside[job][i]
	}
	return nil
}

// childFor returns the child that is to perform an attempt of the run: the one that has before; else the job's own,
// unless another run needs it; else a new one beside it.
func (h *shard) childFor(own *child, run messages.RunID) *child {
	k := h.performs(own.def.Job, run)
	switch {
	case k != nil:
		k.def, k.leaving = own.def, false
	case own.free():
		k = own
		k.run, k.over, k.tried, k.tally = run, false, false, tally{}
	default:
		k = &child{def: own.def, beside: true, run: run}
		h.children[k.name()] = k
		h.beside[own.def.Job] = append(h.beside[own.def.Job], k)
	}
	return k
}

// free reports whether the child may take another run. With overlap: allow its run goes on beside the others until it
// is over; otherwise a run that waits lets the next one pass.
func (k *child) free() bool {
	return k.flight == nil && (k.run == "" || k.over || k.def.Overlap != messages.OverlapAllow)
}

// forgetBeside forgets the child of one run.
func (h *shard) forgetBeside(k *child) {
	rest := slices.DeleteFunc(h.beside[k.def.Job], func(o *child) bool { return o == k })
	if h.beside[k.def.Job] = rest; len(rest) == 0 {
		delete(h.beside, k.def.Job)
	}
}

// nextIncarnation is a number that no actor of the job has had.
func (h *shard) nextIncarnation(job string) uint64 {
	n := h.base
	if k := h.children[job]; k != nil {
		n = max(n, k.incarnation)
	}
	for _, k := range h.beside[job] {
		n = max(n, k.incarnation)
	}
	return n + 1
}
