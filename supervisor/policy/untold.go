package policy

import (
	"slices"
	"time"

	"curfew/messages"
)

// untold is the newest notification about a session or a job, as long as no target has taken it. One that all targets
// have refused is sent again: to a target that takes something else, to targets that it was not offered to yet, when
// the runtime is configured, and from time to time by itself, because nothing says when a target works again.
type untold struct {
	ID      string                         `json:"id"` // of the notification; that of one which repeats it is another
	At      messages.Instant               `json:"at"`
	Notice  messages.NotificationRequested `json:"notice"`
	Pending []string                       `json:"pending,omitempty"` // targets that have not answered; empty: all have refused it
	Asked   []string                       `json:"asked,omitempty"`   // targets that it was offered to by the present settings
	Refused []Refusal                      `json:"refused,omitempty"` // the newest answer of each target, oldest first
	Repeats int                            `json:"repeats,omitzero"`  // by the present settings
	Due     messages.Instant               `json:"due,omitzero"`      // when it is told again by itself
}

// Refusal is why a target has not taken a notification.
type Refusal struct {
	To    string           `json:"to"`
	Error string           `json:"error"`
	At    messages.Instant `json:"at"`
}

// Bounds of what is told again.
const (
	maxUntold   = 256              // notifications that are remembered, the newest
	firstRepeat = 10 * time.Minute // until a notification is told again by itself, doubled each time
	lastRepeat  = 6 * time.Hour    // the longest pause
	freeRepeats = 5                // a target that takes other things is asked so often at once, later no sooner than after firstRepeat
	staleNews   = 24 * time.Hour   // how long it is news that something is over
)

// about is what a notification is about: of each the newest counts.
func about(n messages.NotificationRequested) string {
	switch {
	case n.Job != "":
		return "job " + n.Job
	case n.Notice == messages.NoticeRefreshUnkept:
		return "refresh " + n.Session
	case n.Notice == messages.NoticeBackendLost, n.Notice == messages.NoticeBackendBack:
		return "backend " + n.Session
	default:
		return "session " + n.Session
	}
}

// reach are the targets that count: the log has every notification anyway, so it counts if it is alone.
func reach(targets []string) []string {
	others := slices.DeleteFunc(slices.Clone(targets), func(to string) bool { return to == messages.TargetLog })
	if len(others) == 0 {
		return logOnly
	}
	return others
}

// applyTold begins to wait for the answers of a notification's targets.
func (m *Machine) applyTold(r messages.Record, d messages.NotificationRequested, to []string) {
	to, key := reach(to), about(d)
	if d.Again == "" {
		m.untold[key] = &untold{ID: r.ID, At: m.now, Notice: d, Pending: to, Asked: to}
		m.applyTrimUntold()
		return
	}
	if u := m.untold[key]; u != nil && u.ID == d.Again {
		u.Pending, u.Due = to, 0
		u.Asked = withAll(u.Asked, to)
		u.Repeats++
	}
}

// applyTrimUntold forgets the oldest when there are too many.
func (m *Machine) applyTrimUntold() {
	for len(m.untold) > maxUntold {
		oldest := ""
		for _, key := range sorted(m.untold) {
			if oldest == "" || m.untold[key].At < m.untold[oldest].At {
				oldest = key
			}
		}
		delete(m.untold, oldest)
	}
}

// applyAnswer takes in what a target says to a notification.
func (m *Machine) applyAnswer(r messages.Record, d messages.NotificationRequested, f messages.DeliveryFinished) {
	key := about(d)
	u := m.untold[key]
	if u == nil || u.ID != r.ID && u.ID != d.Again || !slices.Contains(u.Pending, f.To) {
		return
	}
	if f.OK {
		delete(m.untold, key)
		return
	}
	other := func(to string) bool { return to != f.To }
	u.Pending = keep(u.Pending, other)
	u.Refused = append(slices.DeleteFunc(slices.Clone(u.Refused), func(r Refusal) bool { return r.To == f.To }), Refusal{f.To, f.Error, m.now})
	if len(u.Pending) == 0 {
		m.applyPostpone(u)
	}
}

func (m *Machine) applyPostpone(u *untold) {
	u.Due = m.now.Add(min(firstRepeat<<min(u.Repeats, 16), lastRepeat))
}

// applyTellTimer takes in that the timer has gone off; what is over is forgotten, and what may become true again
// has its next look later.
func (m *Machine) applyTellTimer(f messages.Woke) *event {
	if m.tell.Due != f.Due {
		return &m.event
	}
	by := m.tell.at()
	m.tell = alarm{}
	for _, key := range sorted(m.untold) {
		switch u := m.untold[key]; {
		case m.over(u):
			delete(m.untold, key)
		case len(u.Pending) == 0 && u.Due <= by && !m.stillTrue(u):
			m.applyPostpone(u)
		}
	}
	return m.matched(event{by: by})
}

// applySettings lets every target be asked again: people have looked at them.
func (m *Machine) applySettings() {
	for _, u := range m.untold {
		if len(u.Pending) == 0 {
			u.Asked, u.Repeats = nil, 0
		}
	}
}

// applySetBack counts from the moment at which the clock was set back.
func (u *untold) applySetBack(f messages.ClockSetBack) {
	to := f.To
	if u.At = min(u.At, to); !u.Due.IsZero() {
		u.Due = u.Due.Add(-f.By.D())
	}
	u.Refused = slices.Clone(u.Refused)
	for i := range u.Refused {
		u.Refused[i].At = min(u.Refused[i].At, to)
	}
}

// stillTrue reports whether a notification is still true.
func (m *Machine) stillTrue(u *untold) bool {
	n := u.Notice
	s := m.session(n.Session)
	if n.Session != "" && (s == nil || s.Gone) {
		return false
	}
	switch n.Notice {
	case messages.NoticeSessionClosed, messages.NoticeSignInRefused:
		return s.State == messages.StateClosed
	case messages.NoticeRefreshFailed:
		return s.RefreshTold
	case messages.NoticeSessionEnding:
		return s.State != messages.StateClosed && s.ExpiresAt == n.Until
	case messages.NoticeBackendLost:
		return s.Circuit.Told
	case messages.NoticeRunSuspect:
		r := m.run(n.Job, n.Run)
		return r != nil && r.Suspect && !r.Final
	case messages.NoticeRunAsked:
		r := m.run(n.Job, n.Run)
		return r != nil && r.Ask && !r.Final
	case messages.NoticeJobPaused:
		j := m.jobs[n.Job]
		return j != nil && !j.Gone && j.Paused
	default:
		return m.now.Sub(u.At) < staleNews
	}
}

// over reports whether a notification will not become true again. A sign-in that no run has tried yet may still be
// refused; if no person brought it, no other notification follows.
func (m *Machine) over(u *untold) bool {
	switch u.Notice.Notice {
	case messages.NoticeSessionClosed, messages.NoticeSignInRefused:
		if s := m.session(u.Notice.Session); s != nil && !s.Gone {
			return s.State == messages.StateOpen
		}
	}
	return !m.stillTrue(u)
}

// keep is the part of a list that a condition is true of, as a new list.
func keep(list []string, is func(string) bool) (out []string) {
	for _, s := range list {
		if is(s) {
			out = append(out, s)
		}
	}
	return out
}

func withAll(a, b []string) []string {
	out := slices.Clone(a)
	for _, s := range b {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
