package policy

import (
	"math"
	"time"

	"curfew/messages"
)

// ration is the release of a session's backlog at the set pace. The backlog is the runs whose first slot, or
// request by hand, is not after the opening; what falls due later waits for its own job's backlog and for its
// lane, not for the ration: otherwise a session with more new slots than the pace allows would never be done.
type ration struct {
	Seq uint64           // the fact with which it began
	At  messages.Instant // when
}

// maxRation bounds the starts of one tick of the ration.
const maxRation = 1024

// perTick is how many starts a tick of the ration allows.
func (m *Machine) perTick() int {
	return int(min(max(1, math.Ceil(m.release.Rate)), maxRation))
}

// tick is the time between two ticks: whole rations at the set rate.
func (m *Machine) tick() time.Duration {
	d := time.Duration(float64(m.perTick()) / m.release.Rate * float64(time.Second))
	return max(d.Truncate(time.Millisecond), time.Millisecond)
}

// applyRationBegun makes all that waits now the backlog. What an earlier ration called fresh joins it, the smaller part
// the larger one.
func (m *Machine) applyRationBegun(s *session) {
	s.Rationed, s.Credits, s.Tick = true, m.perTick(), alarm{}
	s.Ration = ration{Seq: m.seq, At: m.now}
	for _, l := range s.lines {
		if l.fresh.count > l.backlog.count {
			l.backlog, l.fresh = l.fresh, l.backlog
		}
		for j := l.fresh.first(); j != nil; j = l.fresh.first() {
			j.move(byStart, l.backlog)
		}
	}
}

// applyRationDone ends the ration if nothing of the backlog is left.
func (s *session) applyRationDone() {
	if s.Rationed = s.backlogWaits() || len(s.unasked) > 0; s.Rationed {
		return
	}
	for _, l := range s.lines {
		l.backlog, l.fresh = l.fresh, l.backlog
	}
}

// fresh reports whether the run is none of the ration's.
func (s *session) fresh(r *run) bool {
	return s.Rationed && r.Queued > s.Ration.Seq && (r.FirstSlot.IsZero() || r.at(r.FirstSlot) > s.Ration.At)
}

// backlogWaits reports whether a run of the backlog is ready but for ration and lane.
func (s *session) backlogWaits() bool {
	for _, l := range s.lines {
		if l.backlog.count > 0 {
			return true
		}
	}
	return false
}

// released is the first of the line that the ration lets start; nil if none.
func (s *session) released(l *line) *job {
	if s.Rationed && s.Credits <= 0 {
		return l.fresh.first()
	}
	return l.first()
}

// ration is a tick of the release that found something waiting: the next one follows when this one is
// used; while lanes are full nothing is used, and start asks for the next tick instead.
func (m *Machine) ration(s *session, spent bool) {
	if s.State != messages.StateOpen || !s.Rationed {
		return
	}
	m.askAll(s)
	if spent || len(s.unasked) > 0 {
		m.wakeSession(s, messages.WakeRelease, m.now.Add(m.tick()))
	}
}

// askAll sets the deadlines of runs that are asked about, a ration at a time.
func (m *Machine) askAll(s *session) {
	for range maxRation {
		if len(s.unasked) == 0 {
			return
		}
		m.scheduleAsk(s.unasked[0].run)
	}
}

// endRation asks for one more tick when what an idle ration waited for has gone away, so that it ends
// by a fact, as every ration does.
func (m *Machine) endRation(s *session) {
	if s == nil || !s.Rationed || s.State != messages.StateOpen || s.Tick.set() || s.backlogWaits() {
		return
	}
	m.wakeSession(s, messages.WakeRelease, m.now)
}
