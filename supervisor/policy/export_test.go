package policy

// Owner is the node to which a job belongs now: where its next attempt begins, if nodes stay as they are. Empty: there are
// no nodes, or none takes the job; then placed is false.
func (m *Machine) Owner(job string) (node string, placed bool) {
	j := m.jobs[job]
	if j == nil || j.group.pool.closed {
		return "", false
	}
	return owner(j.group.pool.takers, job), true
}
