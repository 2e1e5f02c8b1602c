package policy

import (
	"curfew/messages"
)

// maxRefreshed is how many credentials in a row that no person brought may be refused; after that only a
// person opens the gate (design §7 rule 11).
const maxRefreshed = 5

// mendsItself reports whether a session that lost its credential will get another without a person.
func (s *session) mendsItself() bool {
	return s.Config.Refresh && !s.RefreshTold && s.Refused < maxRefreshed
}

// refreshFailed tells people, once until there is a new credential, that a session does not mend itself. If
// its gate is closed by now that is the outage's one notification.
func (m *Machine) refreshFailed(f messages.RefreshFailed) {
	s := m.session(f.Session)
	if s == nil || !s.Config.Refresh || f.Generation != s.Generation {
		return
	}
	if f.Unkept {
		m.emit(messages.NotificationRequested{Notice: messages.NoticeRefreshUnkept, Session: s.Config.Name, Reason: f.Error, Since: m.now})
		return
	}
	if s.RefreshTold {
		return
	}
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeRefreshFailed, Session: s.Config.Name, Reason: f.Error, SignIn: s.Config.SignIn, Since: m.now, Until: s.ExpiresAt,
	})
}
