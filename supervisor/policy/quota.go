package policy

import (
	"time"

	"curfew/messages"
)

// Bounds of the time for which a used-up quota closes a gate (design §8).
const (
	quotaWait    = time.Hour           // if the backend does not say until when
	maxQuotaWait = 31 * 24 * time.Hour // a month: by then every plan has been renewed
)

// quotaSpent closes the gate until the quota is renewed. It changes nothing at a gate that is closed already:
// an expiry outranks it, and one that is closed for a quota finds out by its probe.
func (m *Machine) quotaSpent(f messages.AttemptFailed) {
	s := m.session(f.Session)
	if s == nil || f.Generation != s.Generation || s.State == messages.StateClosed {
		return
	}
	wait := f.RetryAfter.D()
	if wait <= 0 {
		wait = quotaWait
	}
	until := m.now.Add(min(wait, maxQuotaWait))
	over := s.outageIsOver()
	m.emit(messages.GateClosed{
		Session: s.Config.Name, Generation: s.Generation, Reason: messages.ReasonQuota, Source: "attempt:" + f.Job, Until: until,
	})
	m.wakeSession(s, messages.WakeQuota, until)
	if over {
		m.noticeSummary(s)
	}
	if s.Outage.Seq == 0 {
		m.noticeClosed(s)
	}
}

// quotaRenewed lets one run try the same credential.
func (m *Machine) quotaRenewed(s *session) {
	if s.State == messages.StateClosed && s.Reason == messages.ReasonQuota {
		m.emit(messages.GateProbing{Session: s.Config.Name, Generation: s.Generation, ExpiresAt: s.ExpiresAt})
	}
}
