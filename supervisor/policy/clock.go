package policy

import (
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// A clock that is set back begins a new epoch. A time that was recorded before may lie ahead by the clock as it is now,
// and anything compared with it would wait until that time comes again, perhaps for a year. So such a time counts as
// the moment at which the clock was set back.

// mark is up to when the job's slots have been judged.
func (j *job) mark() scheduler.Mark {
	m := scheduler.Mark{Since: j.Since, Judged: j.Judged}
	if j.rare != nil {
		m.Fixed, m.Once = j.rare.Fixed, j.rare.Once
	}
	return m
}

// applyJudged remembers that the job's slots up to this one have been judged. In a later epoch only facts about slots
// say so: a slot of a run may be of the time before the clock was set back.
func (m *Machine) applyJudged(j *job, slot messages.Instant) {
	if slot.IsZero() || m.epoch > 0 && (!m.slots || slot.Sub(m.now) >= scheduler.SetBackMargin) {
		return
	}
	j.Since, j.Judged = max(j.Since, slot), true
}

func (m *Machine) applySetBack(f messages.ClockSetBack) {
	m.epoch++
	m.back = f
	m.latest = f.To
	for _, s := range m.sessions {
		s.Since, s.Outage.Since, s.Ration.At = min(s.Since, f.To), min(s.Outage.Since, f.To), min(s.Ration.At, f.To)
		for _, a := range []*alarm{&s.CanaryWait, &s.Tick, &s.Quota, &s.Circuit.Until} {
			a.applySetBack(f.By.D()) // not the forecast: a credential lapses by the clock
		}
	}
	m.tell.applySetBack(f.By.D())
	for _, u := range m.untold {
		u.applySetBack(f)
	}
	for _, j := range m.jobs {
		m.keepImage(j)
		mark := j.mark().SetBack(f.By.D(), f.To)
		j.Since = mark.Since
		s := j.applySeldom()
		s.Fixed, s.Once = mark.Fixed, mark.Once
		s.Incident.Since, s.Incident.Told = min(s.Incident.Since, f.To), min(s.Incident.Told, f.To)
		s.Budget.Day = min(s.Budget.Day, day(f.To)) // what was spent stays spent
		j.applyUsual()
		for _, r := range j.runs {
			r.applySetBack(f)
		}
		if len(j.runs) > 0 {
			m.refresh(j) // one by one: a heap takes one change at a time
		}
	}
}

// lapsedTooEarly lets one run try the credentials that had lapsed by the clock as it was, and have not by the clock as
// it is.
func (m *Machine) lapsedTooEarly(now messages.Instant) {
	for _, name := range sorted(m.sessions) {
		if s := m.sessions[name]; s.State == messages.StateClosed && s.Source == messages.SourceForecast && LapseAt(s.Since, s.ExpiresAt) > now {
			m.emit(messages.GateProbing{Session: name, Generation: s.Generation, ExpiresAt: s.ExpiresAt})
		}
	}
}

func (r *run) applySetBack(f messages.ClockSetBack) {
	to := f.To
	r.Retry.applySetBack(f.By.D())
	r.Answer.applySetBack(f.By.D())
	r.Asked = min(r.Asked, to)
	r.Started, r.Before, r.LastExpired = min(r.Started, to), min(r.Before, to), min(r.LastExpired, to)
	if max(r.at(r.Slot), r.at(r.FirstSlot)) > to {
		r.Turned = to
	}
}

// at is the instant from which the age of a slot counts: the slot, or, if it lay ahead when the clock was set back,
// that moment.
func (r *run) at(slot messages.Instant) messages.Instant {
	if r.Turned.IsZero() {
		return slot
	}
	return min(slot, r.Turned)
}

// applyTurn keeps the run's age right when it takes in another slot.
func (r *run) applyTurn(now messages.Instant) {
	switch {
	case r.Slot <= now:
		r.Turned = 0
	case r.Turned.IsZero():
		r.Turned = now
	}
}

// applyTime remembers the latest time that the clock has shown since it was last set back.
func (m *Machine) applyTime(at messages.Instant) {
	m.now, m.latest = at, max(m.latest, at)
}

// restoreLatest is for the state of an older build, which knows no more than its jobs' marks.
func (m *Machine) restoreLatest() {
	for _, j := range m.jobs {
		m.latest = max(m.latest, j.Since)
	}
}

// day is the day of UTC, counted from the epoch of Unix.
func day(at messages.Instant) int64 {
	return int64(time.Duration(at) * time.Millisecond / (24 * time.Hour))
}
