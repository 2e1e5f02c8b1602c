package policy

import "curfew/messages"

// Follower is a job that follows another.
type Follower struct {
	Job string
	On  messages.AfterOn
}

// Followers lists the jobs that follow a job, by name.
func (m *Machine) Followers(job string) (out []Follower) {
	for _, name := range sorted(m.after[job]) {
		if j := m.jobs[name]; j != nil && !j.Gone && !j.spent() {
			out = append(out, Follower{Job: name, On: j.Def.After.On})
		}
	}
	return out
}
