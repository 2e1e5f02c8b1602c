package policy

// Glance is the machine's state in a few words. It is cheap: it may be asked for every few seconds.
type Glance struct {
	Jobs     int
	Sessions []SessionGlance // by name
}

// SessionGlance is a session's gate in a word.
type SessionGlance struct {
	Name  string
	State State
}

// Glance looks at the machine.
func (m *Machine) Glance() (g Glance) {
	for _, j := range m.jobs {
		if !j.gone && !j.spent() {
			g.Jobs++
		}
	}
	for _, name := range m.SessionNames() {
		g.Sessions = append(g.Sessions, SessionGlance{Name: name, State: m.sessions[name].State})
	}
	return g
}
