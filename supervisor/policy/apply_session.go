package policy

import "curfew/messages"

func (m *Machine) applyClosed(d messages.GateClosed) {
	s := m.session(d.Session)
	if s == nil {
		return
	}
	if d.Reason != messages.ReasonQuota && s.State != messages.StateClosed && messages.BroughtByItself(s.RestoredBy) && !s.proven() {
		s.Refused++
	}
	s.State, s.Since, s.Generation = messages.StateClosed, m.now, d.Generation
	s.Reason, s.Source = d.Reason, d.Source
	s.Canary, s.CanaryWait = "", alarm{}
	s.Rationed, s.Credits, s.Tick, s.Quota = false, 0, alarm{}, alarm{}
}

func (m *Machine) applyProbing(d messages.GateProbing) {
	s := m.session(d.Session)
	if s == nil {
		return
	}
	s.applyRenewed(d.Generation)
	s.State, s.Since, s.Generation, s.ExpiresAt = messages.StateProbing, m.now, d.Generation, d.ExpiresAt
	s.Canary, s.CanaryWait, s.Tick, s.Quota = "", alarm{}, alarm{}, alarm{}
	m.dirtyLanes(s)
}

func (m *Machine) applyOpened(d messages.GateOpened) {
	s := m.session(d.Session)
	if s == nil {
		return
	}
	s.applyRenewed(d.Generation)
	if d.Unproven || s.State == messages.StateOpen && s.Unproven == s.Generation || d.Rationed && d.Generation != s.Generation {
		s.Unproven = d.Generation // it was not probed
	}
	s.Generation, s.ExpiresAt = d.Generation, d.ExpiresAt
	if s.State != messages.StateOpen {
		s.State, s.Since, s.OpenSeq = messages.StateOpen, m.now, m.seq
		s.Reason, s.Source = "", ""
		s.Canary, s.CanaryWait, s.Quota = "", alarm{}, alarm{}
	}
	if d.Rationed {
		m.applyRationBegun(s)
	}
	m.applyTrimUnasked(s)
	m.dirtyLanes(s)
	m.touchSession(s)
}

// applyNotification: the notices of a session are its outage's beginning and end.
func (m *Machine) applyNotification(d messages.NotificationRequested) {
	s := m.session(d.Session)
	if s == nil || d.Again != "" {
		return
	}
	switch d.Notice {
	case messages.NoticeSessionClosed:
		if s.Outage.Seq == 0 {
			s.Outage = outage{Seq: m.seq, Since: m.now}
		}
	case messages.NoticeRefreshFailed:
		s.RefreshTold = true
		if s.State == messages.StateClosed && s.Outage.Seq == 0 {
			s.Outage = outage{Seq: m.seq, Since: m.now}
		}
	case messages.NoticeBackendLost, messages.NoticeBackendBack:
		s.Circuit.Told = d.Notice == messages.NoticeBackendLost
	case messages.NoticeSignInRefused:
		s.RestoredBy = "" // said once per sign-in
	case messages.NoticeSessionSummary:
		s.Outage = outage{}
	}
}

// applyRenewed forgets what was about the credential before.
func (s *session) applyRenewed(generation uint64) {
	if generation != s.Generation {
		s.RefreshTold, s.Forecast = false, alarm{}
	}
}
