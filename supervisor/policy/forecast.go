package policy

import (
	"strconv"
	"time"

	"curfew/messages"
)

// Bounds of the notification ahead of an expiry: in time for the evening before, and not at all for a
// credential so short-lived that it is renewed all day.
const (
	forecastLead = 12 * time.Hour
	forecastLife = time.Hour
)

// foresee sets a timer for telling people that a credential will lapse by itself.
func (m *Machine) foresee(s *session) {
	life := s.ExpiresAt.Sub(m.now)
	if s.ExpiresAt.IsZero() || s.Config.Refresh || life < forecastLife {
		return
	}
	m.wakeSession(s, messages.WakeForecast, s.ExpiresAt.Add(-min(forecastLead, life/2)))
}

// UntimelyFor is how long a timer that is untimely is kept, before the machine is asked again.
const UntimelyFor = 30 * time.Second

// Untimely reports whether a timer that is due is to be kept: it is to tell people that a credential will lapse, and its
// session is closed for a quota, which the credential may outlive, gets the next one by itself, which the job file may say
// only since, or is about to close, for it has lapsed. Whoever publishes timers asks. [Machine.Decide] does not: what
// journals have recorded of such a timer stands (decision 0181).
func (m *Machine) Untimely(t messages.Timer, now messages.Instant) bool {
	s := m.session(t.Session)
	if t.Why != messages.WakeForecast || s == nil || s.Forecast.Due != t.Due {
		return false
	}
	if s.State == messages.StateClosed && s.Reason != messages.ReasonQuota {
		return false // people have been told that it has ended
	}
	return s.State == messages.StateClosed || s.Config.Refresh || s.ExpiresAt <= now
}

// Lapsed is an expiry, and its id, that is to be reported before a timer that is due: the timer has one run try a
// credential whose quota is renewed, and the credential has lapsed meanwhile. Whoever publishes timers asks, as of
// [Machine.Untimely] (decision 0196). ok is false if there is nothing to be reported.
func (m *Machine) Lapsed(t messages.Timer, now messages.Instant) (id string, f messages.SessionExpired, ok bool) {
	s := m.session(t.Session)
	if t.Why != messages.WakeQuota || s == nil || s.Quota.Due != t.Due || s.ExpiresAt.IsZero() || s.ExpiresAt > now {
		return "", f, false
	}
	id, f = Lapse(s.Config.Name, s.Generation, s.ExpiresAt)
	return id, f, true
}

// foreseen tells people when the session ends; by whom it is needed then, the notifier knows.
func (m *Machine) foreseen(s *session) {
	if s.State == messages.StateClosed {
		return
	}
	m.emit(messages.NotificationRequested{
		Notice: messages.NoticeSessionEnding, Session: s.Config.Name, SignIn: s.Config.SignIn, Since: m.now, Until: s.ExpiresAt,
	})
}

// Bounds of how long before a credential lapses its gate closes: a call takes a while, and clocks differ.
const (
	maxSkew   = 30 * time.Second
	skewShare = 10 // at most this part of the credential's life
)

// LapseAt is when the gate of a credential closes that will lapse at expires, by its own account, and was
// taken in at. It is for those who publish the expiry, so that all of them do at the same instant.
func LapseAt(at, expires messages.Instant) messages.Instant {
	return expires.Add(-min(maxSkew, max(0, expires.Sub(at))/skewShare).Truncate(time.Millisecond))
}

// Lapse is the expiry that a credential foretold, and its id. It happens once, however many publish it.
func Lapse(session string, generation uint64, expires messages.Instant) (id string, f messages.SessionExpired) {
	f = messages.SessionExpired{
		Session: session, Generation: generation, Source: messages.SourceForecast, Reason: "the token lapses at " + expires.String(),
	}
	return messages.FactID(f.Name(), session, strconv.FormatUint(generation, 10), messages.SourceForecast), f
}
