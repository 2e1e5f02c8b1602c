package policy

import "curfew/messages"

// A run that ends makes a slot for each job that follows its job, in the Step of the fact by which it ended. It is judged
// like a slot by the clock. A job follows one other, so a run can be reached in one way only, and a chain that leads back
// to where it began ends by its depth.

// follow makes the slots of the jobs that follow the run's job.
func (m *Machine) follow(r *run, status messages.Status) {
	name := r.Job
	if len(m.after[name]) == 0 {
		return
	}
	for _, next := range sorted(m.after[name]) {
		j := m.jobs[next]
		if j == nil || j.Gone || !j.Def.After.Meets(status) {
			continue
		}
		sp := span{
			slot: m.now, first: m.now, trigger: messages.TriggerAfter,
			after: &messages.Followed{Job: name, Run: r.ID, Status: status, Depth: r.Depth + 1},
		}
		if r.Depth >= messages.MaxChain {
			m.skipSpan(j, sp, messages.SkipChainLimit)
			continue
		}
		m.pass(j, sp)
	}
}

// applyFollows keeps which jobs follow which: the job j has been defined, and no longer follows what it did, or is gone.
func (m *Machine) applyFollows(j *job, old *messages.Kept) {
	name := j.Def.Job
	if old != nil && old.After != nil {
		if delete(m.after[old.After.Job], name); len(m.after[old.After.Job]) == 0 {
			delete(m.after, old.After.Job)
		}
	}
	if a := j.Def.After; a != nil && !j.Gone {
		if m.after[a.Job] == nil {
			m.after[a.Job] = make(map[string]bool)
		}
		m.after[a.Job][name] = true
	}
}

// admitAfter judges what a job follows. Whether there is such a job, and whether the chain leads back to where it
// began, is not asked here: jobs are defined one after the other.
func (m *Machine) admitAfter(f messages.JobDefined) error {
	a := f.After
	switch {
	case a == nil:
		return nil
	case !messages.IsName(a.Job):
		return bad("after.job", "is not the name of a job")
	case a.Job == f.Job:
		return bad("after.job", "is the job itself")
	}
	if next := m.after[a.Job]; !next[f.Job] && len(next) >= maxFollowers {
		return bad("after.job", "is followed by too many jobs already")
	}
	return known("after.on", a.On, messages.AllAfterOn)
}

// maxFollowers bounds the jobs that follow one job, and so what a Step decides when a run ends. A job file may have
// [messages.MaxAfter]; while one job file takes the place of another, those of both may be there.
const maxFollowers = 2 * messages.MaxAfter
