package policy

import "curfew/messages"

// event is what a fact about an attempt, a timer or a request has changed, for its rule to go on from.
type event struct {
	run     *run             // whose attempt returned, whose timer went off, or which run now joined
	session *session         // whose timer went off
	canary  bool             // the run was its session's canary
	match   bool             // the timer is one that was waited for
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

	shares *shares // nil: the nodes take the same jobs as before
}

// matched is the event of a timer that was waited for.
func (m *Machine) matched(ev event) *event {
	ev.match = true
	m.event = ev
	return &m.event
}

// decide sends a fact to its rule. This is the only dispatch, in the order of a run's story: what there is to run, a
// slot or a person asks for a run, its attempt ends, a timer goes off, its session changes, people are told. What the
// fact itself has changed is in ev.
func (m *Machine) decide(f messages.Fact, ev *event) {
	switch f := f.(type) {
	case messages.RuntimeConfigured:
		m.configured(f)
	case messages.JobRemoved:
		m.removed(f)
	case messages.NodeJoined, messages.NodeLost:
		m.nodesChanged(ev)

	case messages.SlotsDue:
		for _, s := range f.Slots {
			m.slotDue(s.Job, s.Slot)
		}
	case messages.SlotsMissed:
		m.slotsMissed(f)
	case messages.ClockSetBack:
		m.lapsedTooEarly(f.To)
	case messages.RunRequested:
		m.requested(f, ev)
	case messages.CancelRequested:
		m.cancelRequested(f)

	case messages.AttemptSucceeded:
		m.succeeded(f.Output, ev)
	case messages.AttemptFailed:
		m.failed(f, ev)
	case messages.AttemptInterrupted:
		m.interrupted(ev)
	case messages.AttemptAbandoned:
		m.abandoned(ev)

	case messages.Woke:
		switch {
		case !ev.match: // nothing waits for it any more
		case f.Why == messages.WakeRetry:
			m.goesOn(ev.run)
		case f.Why == messages.WakeAsk:
			m.finish(ev.run, messages.StatusStale, messages.FinishUnanswered)
		case f.Why == messages.WakeCanaryWait:
			m.canaryWaited(ev.session)
		case f.Why == messages.WakeRelease:
			m.ration(ev.session, ev.spent)
		case f.Why == messages.WakeQuota:
			m.quotaRenewed(ev.session)
		case f.Why == messages.WakeForecast:
			m.foreseen(ev.session)
		case f.Why == messages.WakeTell:
			m.retell(ev.by)
		}

	case messages.SessionExpired:
		m.expire(m.session(f.Session), f.Generation, f.Source, f.Reason)
	case messages.SessionRestored:
		m.restored(f)
	case messages.SessionConfirmed:
		m.confirmed(f)
	case messages.RefreshFailed:
		m.refreshFailed(f)

	case messages.DeliveryFinished:
		m.answered(f)
	}
}
