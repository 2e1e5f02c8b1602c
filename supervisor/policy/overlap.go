package policy

import (
	"slices"

	"curfew/messages"
)

// overlaps judges a slot that falls due while a run of the job is unfinished; false: it gets a run of its
// own, which waits for its predecessor.
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
	case messages.OverlapCancelRunning:
		if r := j.busy; r != nil && !r.Final {
			m.finish(r, messages.StatusCancelled, messages.FinishOverlap)
		}
		// What only waits, for its lane, its predecessor or the end of its backoff, keeps its place.
		if i := slices.IndexFunc(j.runs, func(r *run) bool { return !r.Final }); i >= 0 {
			m.emit(foldSlots(j.runs[i], sp, []messages.Hold{}))
			return true
		}
	default:
		m.skipSpan(j, sp, messages.SkipOverlap)
		return true
	}
	return false
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
