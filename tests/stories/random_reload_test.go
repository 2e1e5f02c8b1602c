package stories

import (
	"math"
	"time"

	"pgregory.net/rapid"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// settings are those of the random histories: two sessions, small lanes.
func settings() messages.RuntimeConfigured {
	return messages.RuntimeConfigured{
		Sessions: []messages.SessionConfig{
			{Name: "default", Backend: "https://a.example.com"},
			{Name: "work", Backend: "https://b.example.com", Lane: 1, Refresh: true},
		},
		Lanes:   []messages.LaneConfig{{Actor: "agent", Size: 3}, {Actor: "cli-agent", Size: 1}, {Actor: "shell", Size: 2}},
		Release: messages.ReleaseConfig{CanaryWait: messages.Duration(time.Minute), Rate: 2}, Notify: []string{"desk"},
	}
}

// reload takes in other settings while everything goes on: other lanes and paces, and perhaps no session work.
func (h *history) reload() {
	f := settings()
	f.Reloaded = true
	for i := range f.Lanes {
		f.Lanes[i].Size = rapid.IntRange(1, 3).Draw(h.t, "lane")
	}
	for i := range f.Sessions {
		f.Sessions[i].Lane = rapid.IntRange(0, 2).Draw(h.t, "session_lane")
		if rapid.IntRange(0, 5).Draw(h.t, "backend") == 0 {
			f.Sessions[i].Backend, f.Sessions[i].Refresh = "", false
		}
	}
	f.Release.Rate = rapid.SampledFrom([]float64{0.1, 2, 50}).Draw(h.t, "rate")
	f.Release.CanaryWait = messages.Duration(rapid.SampledFrom([]time.Duration{5 * time.Second, time.Hour}).Draw(h.t, "canary_wait"))
	if rapid.IntRange(0, 3).Draw(h.t, "no_work") == 0 {
		f.Sessions = f.Sessions[:1]
	}
	h.must(h.Publish(f))
}

// restoreSettings takes in the first settings again, so that everything can come to its end.
func (h *history) restoreSettings() {
	f := settings()
	f.Reloaded = true
	h.must(h.Publish(f))
}

// sessions are the sessions that are configured now.
func (h *history) sessions() (names []string) {
	h.View(func(m *policy.Machine) { names = m.SessionNames("", policy.All) })
	return names
}

// ofType is the job as one of another actor type, which may have no session.
func ofType(d messages.Definition, actor string) messages.Definition {
	d.Actor, d.Gated = actor, actor != "shell"
	switch {
	case !d.Gated:
		d.Session, d.OwnKey = "", false
	case d.Session == "":
		d.Session = messages.DefaultSession
	}
	return d
}

// lanes are the actor types by which the attempts in flight were started.
func (h *history) lanes() map[messages.RunID]string {
	out := map[messages.RunID]string{}
	h.View(func(m *policy.Machine) {
		for _, l := range m.Left(h.Now(), math.MaxUint64) {
			out[l.Attempt.Run] = l.Definition.Actor
		}
	})
	return out
}

// hasSession reports whether the attempt in flight of a run has a session.
func (h *history) hasSession(run messages.RunID) (has bool) {
	h.View(func(m *policy.Machine) {
		for _, a := range m.InFlight() {
			has = has || a.Run == run && a.Session != ""
		}
	})
	return has
}
