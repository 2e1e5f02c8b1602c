package policy

import (
	"slices"

	"curfew/messages"
)

// overlaps judges a slot that falls due while a run of the job is unfinished; false: it gets a run of its
// own, which waits for its predecessor, or with allow starts beside it.
func (m *Machine) overlaps(j *job, sp span) bool {
	switch j.Def.Overlap {
	case messages.OverlapQueueOne:
		if j.unbegun() > 0 {
			m.skipSpan(j, sp, messages.SkipOverlap)
			return true
		}
	case messages.OverlapQueueAll:
		if j.unbegun() >= maxQueued {
			m.skipSpan(j, sp, messages.SkipQueueFull)
			return true
		}
	case messages.OverlapAllow:
		if len(j.runs) >= j.Def.Parallel() && j.unbegun() > 0 {
			m.skipSpan(j, sp, messages.SkipOverlap) // at the bound it is queue_one
			return true
		}
	case messages.OverlapCancelRunning:
		for _, r := range slices.Collect(j.inFlight()) {
			if !r.Final {
				m.finish(r, messages.StatusCancelled, messages.FinishOverlap)
			}
		}
		// What only waits, for its lane, its predecessor or the end of its backoff, keeps its place.
		if i := slices.IndexFunc(j.runs, func(r *run) bool { return !r.Final }); i >= 0 {
			m.emitHeld(j.runs[i], foldSlots(j.runs[i], sp, []messages.Hold{}))
			return true
		}
	default:
		m.skipSpan(j, sp, messages.SkipOverlap)
		return true
	}
	return false
}

// next is the run of the job that would start next if gate, ration and lane allowed; nil if none. A run waits for those
// before it; with overlap: allow one that may start beside them waits for a place.
func (j *job) next() *run {
	most := j.Def.Parallel()
	if int(j.flying) >= most || j.stopped() || j.unplaced() {
		return nil
	}
	behind := false // a run before it is in its way
	for _, r := range j.runs {
		switch {
		case r.InFlight:
			behind = true
		case r.Ask || r.Suspect: // it lets the others pass: it may wait for ever
		case r.Retry.set(),
			behind && (most == 1 || !r.Beside),
			most > 1 && r.Attempt == 0 && j.placed() >= most:
			behind = true
		default:
			return r
		}
	}
	return nil
}

// placed counts the runs that have begun and go on by themselves: an attempt is in flight, or another will be. They are
// those that overlap: allow bounds.
func (j *job) placed() (n int) {
	for _, r := range j.runs {
		if r.InFlight || r.Attempt > 0 && !r.Final && !r.Ask && !r.Suspect {
			n++
		}
	}
	return n
}

// unbegun counts the runs of the job that wait for their first attempt.
func (j *job) unbegun() int {
	n := 0
	for _, r := range j.runs {
		if !r.Final && r.Attempt == 0 {
			n++
		}
	}
	return n
}

// unfinished counts the runs of the job that are not over.
func (j *job) unfinished() int {
	n := 0
	for _, r := range j.runs {
		if !r.Final {
			n++
		}
	}
	return n
}
