package policy

import "curfew/messages"

// Load is what waits and what runs, counted. It takes as long as there are kinds of
// jobs: actor types, sessions.
type Load struct {
	Lanes []LaneLoad // by name
	Runs  map[RunState]int
	Held  map[string]int // runs that wait for the gate, by session
}

// LaneLoad is how full a lane is.
type LaneLoad struct {
	Actor      string
	Size, Busy int // attempts at once: at most, and now
}

// RunState is the state of unfinished runs of an actor type.
type RunState struct {
	Actor  string
	Status messages.Status
}

// Load counts what waits and what runs.
func (m *Machine) Load() Load {
	l := Load{Runs: make(map[RunState]int), Held: make(map[string]int)}
	for _, name := range sorted(m.lanes) {
		lane := m.lanes[name]
		l.Lanes = append(l.Lanes, LaneLoad{Actor: name, Size: lane.size, Busy: lane.busy})
	}
	for _, groups := range m.groups {
		for _, g := range groups {
			g.load(&l)
		}
	}
	return l
}
