package policy

import (
	"curfew/messages"
	"curfew/scheduler"
)

// JobGlance is a job in a few words, for whoever looks through all of them.
type JobGlance struct {
	Definition *messages.Kept // the machine's own: it must not be changed, and never is
	Paused     bool           // or disabled
	Mark       scheduler.Mark // as in [JobView]
	// Its unfinished runs by their status. One that is over counts as running until its attempt has returned.
	Running, BackingOff, Queued, Held int32
}

// JobGlances adds the jobs after a name to a list, by name, at most most of them.
func (m *Machine) JobGlances(list []JobGlance, after string, most int) []JobGlance {
	for _, n := range m.names.after(after, most) {
		list = append(list, m.glance(m.jobs[n]))
	}
	return list
}

func (m *Machine) glance(j *job) JobGlance {
	g := JobGlance{Definition: j.Def, Paused: j.stopped(), Mark: j.mark()}
	for _, r := range j.runs {
		g.add(m.view(r).Status)
	}
	return g
}

// Glance is the view in a few words.
func (v JobView) Glance() JobGlance {
	g := JobGlance{Definition: v.Definition, Paused: v.Paused, Mark: v.Mark}
	for _, r := range v.Runs {
		g.add(r.Status)
	}
	return g
}

func (g *JobGlance) add(s messages.Status) {
	switch s {
	case messages.StatusRunning:
		g.Running++
	case messages.StatusBackingOff:
		g.BackingOff++
	case messages.StatusHeld:
		g.Held++
	default:
		g.Queued++
	}
}
