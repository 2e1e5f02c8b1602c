package policy

import (
	"slices"

	"curfew/messages"
)

// requested: run now joins a run that waits (its backoff, ask and suspect are over by the fact itself),
// or makes one, which waits for a running one and is held by pause and gate, but is never skipped.
func (m *Machine) requested(f messages.RunRequested, ev *event) {
	if r := ev.run; r != nil {
		if hs := m.holds(r); len(hs) > 0 && (len(hs) != ev.holds || ev.backoff) {
			m.beginHold(r)
		}
		return
	}
	j := m.jobs[f.Job]
	if j == nil || j.Gone || j.spent() {
		return
	}
	id := messages.RequestedRun(f.Job, f.Request)
	if j.run(id) != nil {
		return
	}
	m.beginHold(m.emitQueued(j, messages.RunQueued{Run: id, Job: f.Job, Trigger: messages.TriggerManual}))
}

// cancelRequested ends the unfinished runs of a job; the supervisor that reads
// the decision orders an attempt in flight to stop.
func (m *Machine) cancelRequested(f messages.CancelRequested) {
	j := m.jobs[f.Job]
	if j == nil {
		return
	}
	for _, r := range slices.Clone(j.runs) {
		if !r.Final && (f.Run == "" || f.Run == r.ID) {
			m.finish(r, messages.StatusCancelled, messages.FinishCancelled)
		}
	}
}

// removed ends the unfinished runs of a job that is gone.
func (m *Machine) removed(f messages.JobRemoved) {
	j := m.jobs[f.Job]
	if j == nil {
		return
	}
	for _, r := range slices.Clone(j.runs) {
		if !r.Final {
			m.finish(r, messages.StatusCancelled, messages.FinishJobRemoved)
		}
	}
}
