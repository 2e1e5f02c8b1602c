package find

import (
	"bytes"
	"fmt"

	"curfew/bus"
	"curfew/messages"
)

// shares reports whether a line may concern any run of the job: sessions, starts of the runtime, attempts
// that lost their session, canaries; and of the job what is rare.
func (s *search) shares(l bus.Line) bool {
	switch string(l.Name) {
	case "session.expired.v1", "session.restored.v1", "session.confirmed.v1", "gate.closed.v1", "gate.probing.v1", "gate.opened.v1",
		"runtime.configured.v1", "runtime.stopped.v1", "clock.set_back.v1", "node.joined.v1", "node.lost.v1":
		return true
	case "attempt.failed.v1":
		return bytes.Contains(l.Text, []byte(`"class":"session_expired"`)) || s.ofRun(l)
	case "attempt.started.v1":
		return bytes.Contains(l.Text, []byte(`"canary":true`)) || s.ofRun(l)
	case "woke.v1":
		return bytes.Contains(l.Text, []byte(`"why":"canary_wait"`)) || s.ofRun(l)
	case "notification.requested.v1":
		return bytes.Contains(l.Text, []byte(`"notice":"s`)) // session_closed, sign_in_refused
	case "delivery.finished.v1":
		_, rest, _ := bytes.Cut(l.Text, []byte(`"of":"`))
		of, _, _ := bytes.Cut(rest, []byte(`"`))
		return s.told[string(of)] || s.ofRun(l)
	case "job.defined.v1", "job.removed.v1", "job.paused.v1", "job.resumed.v1", "slots.missed.v1":
		return string(l.Key) == s.q.Job
	}
	return s.ofRun(l)
}

// ofRun reports whether a line is about the run that is asked for.
func (s *search) ofRun(l bus.Line) bool {
	return s.q.Run != "" && string(l.Key) == s.q.Job && bytes.Contains(l.Text, fmt.Appendf(nil, `"run":%q`, s.q.Run))
}

// wants reports whether a line may concern the job. The key of a batch of slots is empty, and that of a
// notification may be its session.
func (s *search) wants(l bus.Line) bool {
	if string(l.Key) == s.q.Job || s.shares(l) {
		return true
	}
	switch string(l.Name) {
	case "slots.due.v1", "notification.requested.v1":
		return bytes.Contains(l.Text, s.word)
	}
	return false
}

// remember keeps which notifications are shared: so are their answers.
func (s *search) remember(r messages.Record) {
	if _, ok := r.Body.(messages.NotificationRequested); !ok {
		return
	}
	if s.told == nil || len(s.told) == maxShared {
		s.told = make(map[string]bool)
	}
	s.told[r.ID] = true
}
