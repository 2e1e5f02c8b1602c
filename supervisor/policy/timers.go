package policy

import (
	"time"

	"curfew/messages"
)

// askWindow is how long a person may take to answer when the job has no stale_after.
const askWindow = 24 * time.Hour

// scheduleAsk sets the deadline of a run that is asked about while its gate is open; while it is closed,
// the deadline counts from the opening.
func (m *Machine) scheduleAsk(r *run) {
	j := r.job
	if j == nil || !r.Ask || r.Final || r.Answer.set() {
		return
	}
	from := m.now
	if s := m.gate(j); s != nil {
		if s.State != messages.StateOpen {
			return
		}
		if r.WaitSeq <= s.OpenSeq {
			from = s.Since
		}
	}
	window := j.Def.StaleAfter.D()
	if window == 0 {
		window = askWindow
	}
	m.wakeRun(r, messages.WakeAsk, max(m.now, from.Add(window)))
}

func (m *Machine) applyScheduled(d *messages.WakeScheduled) {
	if d.Session != "" {
		m.applySessionTimer(m.session(d.Session), d)
		return
	}
	if d.Why == messages.WakeTell {
		m.tell = m.alarm(d)
		return
	}
	r := m.run(d.Job, d.Run)
	if r == nil {
		return
	}
	m.keepImage(r.job)
	switch d.Why {
	case messages.WakeRetry:
		if r.Retry = m.alarm(d); r.Idle == 0 || r.Idle >= maxIdle {
			r.Active += r.Retry.Span
		}
	case messages.WakeAsk:
		r.Answer = m.alarm(d)
		if s := m.gate(r.job); s != nil {
			m.applyTrimUnasked(s)
		}
	}
	m.refresh(r.job)
}

// applyWoke matches a timer by its due, not by the clock: the clock may have stepped back meanwhile.
func (m *Machine) applyWoke(f messages.Woke) *event {
	if f.Session != "" {
		return m.applySessionWoke(m.session(f.Session), f)
	}
	if f.Why == messages.WakeTell {
		return m.applyTellTimer(f)
	}
	r := m.run(f.Job, f.Run)
	if r == nil || r.Final {
		return &m.event
	}
	m.keepImage(r.job)
	switch {
	case f.Why == messages.WakeRetry && r.Retry.Due == f.Due:
		r.Retry = alarm{}
		r.WaitSeq = m.seq
	case f.Why == messages.WakeAsk && r.Answer.Due == f.Due:
		r.Answer = alarm{}
	default:
		return &m.event
	}
	m.refresh(r.job)
	return m.matched(event{run: r})
}

func (m *Machine) applySessionTimer(s *session, d *messages.WakeScheduled) {
	if s == nil {
		return
	}
	switch d.Why {
	case messages.WakeCanaryWait:
		s.CanaryWait = m.alarm(d)
	case messages.WakeRelease:
		s.Tick = m.alarm(d)
	case messages.WakeQuota:
		s.Quota = m.alarm(d)
	case messages.WakeForecast:
		s.Forecast = m.alarm(d)
	case messages.WakeCircuit:
		s.Circuit = circuit{Opened: s.Circuit.Opened + 1, Until: m.alarm(d), Told: s.Circuit.Told}
	}
}

func (m *Machine) applySessionWoke(s *session, f messages.Woke) *event {
	if s == nil {
		return &m.event
	}
	switch {
	case f.Why == messages.WakeCanaryWait && s.CanaryWait.Due == f.Due:
		s.CanaryWait = alarm{}
		return m.matched(event{session: s})
	case f.Why == messages.WakeRelease && s.Tick.Due == f.Due:
		s.Tick = alarm{}
		ev := m.matched(event{session: s, spent: s.Credits < m.perTick()})
		m.applyTrimUnasked(s)
		if s.Rationed {
			s.Credits = m.perTick()
			s.applyRationDone()
		}
		m.dirtyLanes(s)
		m.touchSession(s)
		return ev
	case f.Why == messages.WakeQuota && s.Quota.Due == f.Due:
		s.Quota = alarm{}
		return m.matched(event{session: s})
	case f.Why == messages.WakeForecast && s.Forecast.Due == f.Due:
		s.Forecast = alarm{}
		return m.matched(event{session: s})
	case f.Why == messages.WakeCircuit && s.Circuit.Until.Due == f.Due:
		s.Circuit.Until = alarm{}
		m.dirtyLanes(s)
		return m.matched(event{session: s})
	}
	return &m.event
}
