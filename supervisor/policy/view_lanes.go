package policy

// LaneView is a lane as people see it.
type LaneView struct {
	Actor      string
	Size, Busy int // attempts at once: at most, and now
	Waiting    int // jobs whose next run is ready and waits for its turn in the lane
	Held       int // jobs whose next run would be ready but for its session: the gate is not open, or the backend does not answer
}

// Lanes lists the lanes by name. It takes as long as there are lanes and sessions, not as jobs or runs.
func (m *Machine) Lanes() (out []LaneView) {
	for _, name := range sorted(m.lanes) {
		out = append(out, m.Lane(name))
	}
	return out
}

// Lane is the lane of an actor type; one that nobody has named or used is as large as those are, and empty.
func (m *Machine) Lane(name string) LaneView {
	v := LaneView{Actor: name, Size: DefaultLane}
	lane := m.lanes[name]
	if lane == nil {
		return v
	}
	v.Size, v.Busy = lane.size, lane.busy
	for _, l := range lane.lines {
		n := l.backlog.count + l.fresh.count
		if s := l.session; s != nil && (s.holdsBack(l.own) || !l.own && !s.Circuit.closed()) {
			v.Held += n
		} else {
			v.Waiting += n
		}
	}
	return v
}
