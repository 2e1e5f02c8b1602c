package policy

import (
	"curfew/messages"
)

// succeeded: the gate is judged first, then the run.
func (m *Machine) succeeded(output string, ev *event) {
	r := ev.run
	if r == nil {
		return
	}
	m.returnedTo(ev)
	m.canaryEnded(ev)
	if !r.Final {
		was := r.job.seldom().Incident
		m.finish(r, messages.StatusSucceeded, "")
		m.deliverSuccess(r, output, was)
		m.follow(r, messages.StatusSucceeded)
	}
}

// failed: the gate is judged first, then the run.
func (m *Machine) failed(f messages.AttemptFailed, ev *event) {
	r := ev.run
	f = ofOwnKey(f, r)
	m.returnedTo(ev)
	if ev.idle {
		if !r.Final {
			m.standBack(r, f.RetryAfter.D())
		}
		return
	}
	if lostSession(f) || outOfQuota(f) {
		if outOfQuota(f) {
			m.quotaSpent(f)
		} else {
			m.expire(m.session(f.Session), f.Generation, "attempt:"+f.Job, f.Error)
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
		m.trip(m.session(f.Session))
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

// returnedTo says what became of the job and its session by an attempt's return, whatever becomes of the run.
func (m *Machine) returnedTo(ev *event) {
	if ev.run == nil {
		return
	}
	if ev.pause != "" {
		m.noticePaused(ev.run, ev.pause)
	}
	m.endCircuit(m.session(ev.run.Session))
}

// waitAgain is the fate of a run whose attempt was answered session_expired or used up the quota: uncounted,
// it waits for the gate, or starts again at once if only an older generation was refused.
func (m *Machine) waitAgain(r *run) {
	j, s := r.job, m.session(r.Session)
	now := m.gate(j) // another one, if the job was defined anew meanwhile
	closed := now != nil && now.State == messages.StateClosed
	if closed && j.Def.OnHold == messages.OnHoldSkip && !r.Hand {
		m.finish(r, messages.StatusSkipped, messages.FinishSessionClosed)
		return
	}
	var own []messages.Hold
	if (closed && j.Def.OnHold == messages.OnHoldAsk && !r.Hand) || m.asksFirst(r) {
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
func (m *Machine) abandoned(ev *event) {
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

// fail ends a run for good, with the one error report that it gets. The jobs that follow its own get a slot.
func (m *Machine) fail(r *run, reason messages.FinishReason, class messages.Class, text string) {
	report := m.report(r, reason, class, text)
	m.finish(r, messages.StatusFailed, reason)
	m.emit(report)
	m.deliverFailure(r)
	m.follow(r, messages.StatusFailed)
}
