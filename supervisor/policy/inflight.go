package policy

import (
	"cmp"
	"iter"
	"slices"

	"curfew/messages"
)

// Left is an attempt that was in flight when the last runtime ended.
type Left struct {
	Attempt    messages.AttemptStarted
	Definition *messages.Kept // by which the attempt is judged: as it was when its start was decided
	Cause      uint64         // seq of the fact from which its start followed
	// Stands says whether the start is still right: its run is not over, its job is neither paused nor of
	// another actor type by now, its slot is not too old; and if it is a canary, the gate still waits for it.
	// Otherwise it says nothing about the gate: the door does.
	Stands bool
}

// Left lists the attempts in flight whose starts followed from facts up to that seq, by job.
func (m *Machine) Left(now messages.Instant, upTo uint64) []Left {
	var out []Left
	for _, j := range m.withRuns() {
		for r := range j.inFlight() {
			if r.StartedBy > upTo {
				continue
			}
			out = append(out, Left{
				Attempt: r.started(), Definition: r.StartDef, Cause: r.StartedBy,
				Stands: !r.Final && !j.Gone && !j.stopped() && j.Def.Actor == r.StartDef.Actor && !r.stale(now, r.StartDef) &&
					!m.lateCanary(now, r),
			})
		}
	}
	return out
}

// lateCanary reports whether the run is a canary for which the gate has waited long enough. One that never
// began must not open it by that: its part goes to the next, with a wait of its own.
func (m *Machine) lateCanary(now messages.Instant, r *run) bool {
	s := m.session(r.Session)
	return s != nil && s.Canary == r.ID && s.CanaryWait.set() && s.CanaryWait.at() <= now
}

// InFlight lists the attempts that have not returned, by job and age of their runs: after a crash each of them is interrupted.
func (m *Machine) InFlight() []messages.AttemptStarted {
	var out []messages.AttemptStarted
	for _, j := range m.withRuns() {
		for r := range j.inFlight() {
			out = append(out, r.started())
		}
	}
	return out
}

// withRuns are the jobs that have runs, by name.
func (m *Machine) withRuns() []*job {
	return slices.SortedFunc(slices.Values(m.active), func(a, b *job) int { return cmp.Compare(a.Def.Job, b.Def.Job) })
}

// inFlight are the runs of the job whose attempts are in flight, oldest run first.
func (j *job) inFlight() iter.Seq[*run] {
	return func(yield func(*run) bool) {
		for _, r := range j.runs {
			if r.InFlight && !yield(r) {
				return
			}
		}
	}
}

// started is the decision that started the attempt in flight.
func (r *run) started() messages.AttemptStarted {
	return messages.AttemptStarted{
		Run: r.ID, Job: r.Job, Attempt: r.Attempt, Slot: r.Slot, Session: r.Session, Generation: r.Generation, Node: r.Node,
	}
}
