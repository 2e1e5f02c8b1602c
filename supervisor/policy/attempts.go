package policy

import (
	"time"

	"curfew/messages"
)

// event is what a fact about an attempt, a timer or a request has changed, for its rule to go on from.
type event struct {
	run     *run             // whose attempt returned, whose timer went off, or which run now joined
	canary  bool             // the run was its session's canary
	match   bool             // the timer was the one that somebody waited for
	by      messages.Instant // when it was due, by the clock as it is now
	spent   bool             // the ration was used since its last tick
	count   bool             // the failure counts
	asks    bool             // the run may be what ends the runtime
	pause   string           // why the job was paused by the fact; empty: it was not
	probe   bool             // the run was its session's circuit's
	trial   bool             // the backend did not answer while the circuit was not closed: it does not count
	trip    bool             // the circuit is to open
	idle    bool             // nothing was tried: it does not count
	backoff bool             // the run that run now joined was backing off
	holds   int              // how many holds the run that run now joined had before
}

// succeeded: the gate is judged first, then the run.
func (m *Machine) succeeded(f messages.AttemptSucceeded, ev event) {
	r := ev.run
	if r == nil {
		return
	}
	m.returnedTo(ev)
	m.canaryEnded(ev)
	if !r.Final {
		was := m.jobs[r.Job].incident
		m.finish(r, messages.StatusSucceeded, "")
		m.deliverSuccess(r, f.Output, was)
	}
}

// failed: the gate is judged first, then the run.
func (m *Machine) failed(f messages.AttemptFailed, ev event) {
	r := ev.run
	f = ofOwnKey(f, r)
	m.returnedTo(ev)
	if ev.idle {
		if !r.Final {
			m.standBack(r)
		}
		return
	}
	if lostSession(f) || outOfQuota(f) {
		if outOfQuota(f) {
			m.quotaSpent(f)
		} else {
			m.expire(m.sessions[f.Session], f.Generation, "attempt:"+f.Job, f.Error)
		}
		if r != nil && !r.Final {
			m.waitAgain(r)
		}
		return
	}
	if r == nil {
		return
	}
	if ev.trip {
		m.trip(m.sessions[f.Session])
	}
	m.canaryEnded(ev)
	switch {
	case r.Final:
	case ev.trial && m.asksFirst(r):
		m.askAbout(r, messages.ReasonSideEffect)
	case ev.trial:
		m.goesOn(r)
	case f.Class == messages.ClassPermanent, f.Class == messages.ClassSessionExpired:
		m.fail(r, messages.FinishPermanent, messages.ClassPermanent, f.Error)
	default:
		m.retry(r, f.Class, f.Error, f.RetryAfter.D())
	}
}

// ofOwnKey is the failure of a run that used a key of its own as the rules take it: whatever was answered to that key
// says nothing about the session. If it was turned away at the door, nothing was tried.
func ofOwnKey(f messages.AttemptFailed, r *run) messages.AttemptFailed {
	if r == nil || !r.ownKey() {
		return f
	}
	expired := f.Class == messages.ClassSessionExpired
	if expired {
		f.Class = messages.ClassTransient
	}
	switch {
	case expired && !f.Called:
		f.Detail = messages.DetailUnanswered
	case f.Detail != messages.DetailUnanswered:
		f.Detail = ""
	}
	return f
}

// lostSession reports whether the failure is one of a session. Without a session nothing can expire: the
// class is then a permanent failure.
func lostSession(f messages.AttemptFailed) bool {
	return f.Class == messages.ClassSessionExpired && f.Session != ""
}

// returnedTo says what became of the job and its session by an attempt's return, whatever becomes of the run.
func (m *Machine) returnedTo(ev event) {
	if ev.run == nil {
		return
	}
	if ev.pause != "" {
		m.noticePaused(ev.run, ev.pause)
	}
	m.endCircuit(m.sessions[ev.run.Session])
}

// waitAgain is the fate of a run whose attempt was answered session_expired or used up the quota: uncounted,
// it waits for the gate, or starts again at once if only an older generation was refused.
func (m *Machine) waitAgain(r *run) {
	j, s := m.jobs[r.Job], m.sessions[r.Session]
	closed := s != nil && s.State == Closed
	if closed && j.def.OnHold == messages.OnHoldSkip && !r.Hand {
		m.finish(r, messages.StatusSkipped, messages.FinishSessionClosed)
		return
	}
	var own []messages.Hold
	if (closed && j.def.OnHold == messages.OnHoldAsk && !r.Hand) || m.asksFirst(r) {
		own = append(own, messages.HoldAsk)
	}
	suspect := s != nil && s.suspicious(r)
	if suspect {
		own = append(own, messages.HoldSuspect)
	}
	m.beginHold(r, own...)
	if suspect && !r.Final {
		m.noticeSuspect(s, r)
	}
	m.scheduleAsk(r)
}

// abandoned: the attempt did not obey the order to stop. For its run that is a timeout; a second one of
// the same job pauses the job, loudly.
func (m *Machine) abandoned(ev event) {
	r := ev.run
	if r == nil {
		return
	}
	m.returnedTo(ev)
	if r.Final {
		return
	}
	m.canaryEnded(ev)
	m.retry(r, messages.ClassTimeout, "the attempt did not stop when it was told to", 0)
}

// fail ends a run for good, with the one error report that it gets.
func (m *Machine) fail(r *run, reason messages.FinishReason, class messages.Class, text string) {
	report := m.report(r, reason, class, text)
	m.finish(r, messages.StatusFailed, reason)
	m.emit(report)
	m.deliverFailure(r)
}

// woke is a timer that went off; one that nobody waits for any more changes nothing.
func (m *Machine) woke(f messages.Woke, ev event) {
	if r := ev.run; r != nil {
		switch f.Why {
		case messages.WakeRetry:
			m.goesOn(r)
		case messages.WakeAsk:
			m.finish(r, messages.StatusStale, messages.FinishUnanswered)
		}
		return
	}
	if ev.match && f.Why == messages.WakeTell {
		m.retell(ev.by)
	}
	s := m.sessions[f.Session]
	if !ev.match || s == nil {
		return
	}
	switch f.Why {
	case messages.WakeCanaryWait:
		if s.State == Probing {
			m.proven(s)
		}
	case messages.WakeRelease:
		m.ration(s, ev.spent)
	case messages.WakeQuota:
		m.quotaRenewed(s)
	case messages.WakeForecast:
		m.foreseen(s)
	}
}

// goesOn lets a run that was tried start again, unless something holds it. At a closed gate its job may want it skipped.
func (m *Machine) goesOn(r *run) {
	j := m.jobs[r.Job]
	s := m.gate(j)
	if s != nil && s.State == Closed && j.def.OnHold == messages.OnHoldSkip && !r.Hand {
		m.finish(r, messages.StatusSkipped, messages.FinishSessionClosed)
		return
	}
	m.beginHold(r)
}

// askWindow is how long a person may take to answer when the job has no stale_after.
const askWindow = 24 * time.Hour

// scheduleAsk sets the deadline of a run that is asked about while its gate is open; while it is closed,
// the deadline counts from the opening.
func (m *Machine) scheduleAsk(r *run) {
	j := m.jobs[r.Job]
	if j == nil || !r.Ask || r.Final || r.Answer.set() {
		return
	}
	from := m.now
	if s := m.gate(j); s != nil {
		if s.State != Open {
			return
		}
		if r.WaitSeq <= s.OpenSeq {
			from = s.Since
		}
	}
	window := j.def.StaleAfter.D()
	if window == 0 {
		window = askWindow
	}
	m.wakeRun(r, messages.WakeAsk, max(m.now, from.Add(window)))
}
