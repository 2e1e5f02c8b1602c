package policy

import (
	"cmp"
	"math"
	"slices"

	"curfew/messages"
	"curfew/scheduler"
)

// JobView is a job as people see it.
type JobView struct {
	Definition *messages.Kept // the machine's own: it must not be changed, and never is
	Paused     bool
	Unplaced   bool            // no node takes it
	Mark       scheduler.Mark  // slots after it are still to be judged
	Skipped    *Skip           // the newest slots of which no run came; nil: none. It must not be changed
	Runs       []RunView       // unfinished, oldest first
	Holds      []messages.Hold // those of its oldest held run; it has none: what a run that fell due now would wait for
}

// RunView is an unfinished run as people see it.
type RunView struct {
	ID              messages.RunID
	Job             string
	Slot, FirstSlot messages.Instant
	Missed          int
	Trigger         messages.Trigger
	Status          messages.Status
	Holds           []messages.Hold
	Attempt         int
	Due             messages.Instant // when its backoff is over
	Node            string           // on which its attempt in flight is performed; empty: none is in flight, or there are no nodes
	Final           bool             // finished, but its attempt has not returned
}

// Job is the view of a job; false if there is none of that name, or it is spent.
func (m *Machine) Job(name string) (JobView, bool) {
	j := m.jobs[name]
	if j == nil || j.Gone || j.spent() {
		return JobView{}, false
	}
	v := JobView{Definition: j.Def, Paused: j.stopped(), Unplaced: j.unplaced(), Mark: j.mark(), Skipped: j.seldom().Skipped}
	for _, r := range j.runs {
		v.Runs = append(v.Runs, m.view(r))
	}
	v.Holds = m.awaits(j)
	return v, true
}

// All is the limit of a list that is to have everything. Such a list takes as long as there are names: a face asks for
// pages.
const All = math.MaxInt

// JobNames lists the jobs whose names come after that one, sorted, at most limit of them. Empty: from the first on. It
// takes as long as the list is.
func (m *Machine) JobNames(after string, limit int) []string { return m.names.after(after, limit) }

// JobCount is how many jobs [Machine.JobNames] lists.
func (m *Machine) JobCount() int { return m.names.count }

// PausedCount is how many of them are paused or disabled.
func (m *Machine) PausedCount() int { return m.standing }

// JobsOf is [Machine.JobNames] for the jobs that depend on a session, which has a name.
func (m *Machine) JobsOf(session, after string, limit int) (list []string) {
	for _, g := range m.groups[session] {
		list = append(list, g.jobs.after(after, limit)...)
	}
	slices.Sort(list)
	return list[:min(len(list), max(limit, 0))]
}

// Spent lists the jobs with delete_after_run that have run, sorted by name: they are hidden from people, and a
// job file that still defines one does not bring it back.
func (m *Machine) Spent() (out []*messages.Kept) {
	for _, j := range m.jobs {
		if j.spent() && !j.Gone {
			out = append(out, j.Def)
		}
	}
	slices.SortFunc(out, func(a, b *messages.Kept) int { return cmp.Compare(a.Job, b.Job) })
	return out
}

// Unfinished lists the runs that are not over, in no order: as many as there are, not as many as jobs.
func (m *Machine) Unfinished() []RunView {
	out := make([]RunView, 0, len(m.active))
	for _, j := range m.active {
		for _, r := range j.runs {
			out = append(out, m.view(r))
		}
	}
	return out
}

// Run is the view of an unfinished run of a job; false if it has none of that id.
func (m *Machine) Run(job string, id messages.RunID) (RunView, bool) {
	r := m.run(job, id)
	if r == nil {
		return RunView{}, false
	}
	return m.view(r), true
}

func (m *Machine) view(r *run) RunView {
	v := RunView{
		ID: r.ID, Job: r.Job, Slot: r.Slot, FirstSlot: r.FirstSlot, Missed: r.Missed, Trigger: r.Trigger,
		Holds: m.holds(r), Attempt: r.Attempt, Due: r.Retry.at(), Final: r.Final,
	}
	switch {
	case r.InFlight:
		v.Status, v.Node = messages.StatusRunning, r.Node
	case len(v.Holds) > 0:
		v.Status = messages.StatusHeld
	case r.Retry.set():
		v.Status = messages.StatusBackingOff
	default:
		v.Status = messages.StatusQueued
	}
	return v
}

// Latest is the latest time that the clock has shown since it was last set back, as far as the machine has heard: a
// clock that shows an earlier time has been set back.
func (m *Machine) Latest() messages.Instant { return m.latest }

// SetBack is the newest time that the clock was set back; the zero value: it never was.
func (m *Machine) SetBack() messages.ClockSetBack { return m.back }

// Stopped reports whether the runtime has stopped in order since it was last configured.
func (m *Machine) Stopped() bool { return m.stopped }
