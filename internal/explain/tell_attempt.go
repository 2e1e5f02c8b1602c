package explain

import (
	"fmt"

	"curfew/messages"
)

// attempt says what a record about an attempt or a timer means.
func (t *teller) attempt(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.AttemptStarted:
		return t.start(r, b)
	case messages.AttemptSucceeded:
		return fmt.Sprintf("attempt %d succeeded%s%s", b.Attempt, t.took(b.Run, r), behind(b.Left))
	case messages.AttemptFailed:
		return t.failure(r, b) + behind(b.Left)
	case messages.AttemptInterrupted:
		return fmt.Sprintf("attempt %d %s%s", b.Attempt, interruption(b.Why), behind(b.Left))
	case messages.AttemptAbandoned:
		return fmt.Sprintf("attempt %d did not stop when it was told to; that is a timeout", b.Attempt)
	case messages.SideEffectBegan:
		return fmt.Sprintf("attempt %d calls %s, which may change things", b.Attempt, plain(b.Tool, maxWord))
	case messages.WakeScheduled:
		return t.timer(r, b.Timer)
	case messages.Woke:
		switch b.Why {
		case messages.WakeRetry:
			return "the pause is over"
		case messages.WakeAsk:
			return "the time to answer is over"
		case messages.WakeCanaryWait:
			return "the canary has run long enough"
		case messages.WakeQuota:
			return "the quota should be renewed by now"
		case messages.WakeCircuit:
			return "one run may try whether the backend answers again"
		case messages.WakeForecast:
			return "the credential will lapse before long"
		}
		return "a timer went off: " + plain(string(b.Why), maxWord)
	}
	return ""
}

// behind says what an attempt left running.
func behind(l *messages.Left) string {
	if l == nil {
		return ""
	}
	return "; it left " + plain(l.String(), maxLeft)
}

func interruption(why messages.InterruptReason) string {
	switch why {
	case messages.InterruptCancelled:
		return "stopped, as it was told"
	case messages.InterruptStopped:
		return "was interrupted: the runtime stopped"
	case messages.InterruptCrashed:
		return "was interrupted: the runtime ended under it; it does not count"
	case messages.InterruptLost:
		return "was interrupted: its node is gone; it does not count"
	case messages.InterruptLate:
		return "returned after all, too late"
	}
	return "was interrupted: " + plain(string(why), maxWord)
}

// start says that an attempt starts, what released it, and what it had waited for.
func (t *teller) start(r messages.Record, b messages.AttemptStarted) string {
	t.started[b.Run] = r
	text := fmt.Sprintf("attempt %d starts", b.Attempt)
	if b.Node != "" {
		text += " on node " + b.Node
	}
	if b.Session != "" {
		text += fmt.Sprintf(" with generation %d", b.Generation)
	}
	if b.Canary {
		return text + ": it goes first, as the canary"
	}
	run := t.find(b.Run)
	if run == nil {
		return text
	}
	if g, ok := run.letGo(r); ok {
		if g.Rationed && !run.askedBy(r.Cause) {
			return text + ": let go at the set pace after the sign-in"
		}
		return text
	}
	if b.Attempt > 1 || run.queued.Seq == 0 || r.At.Sub(run.queued.At) == 0 {
		return text
	}
	span := fmt.Sprintf("%s after it was made (%s to %s)", long(r.At.Sub(run.queued.At)), t.clock(run.queued.At), t.clock(r.At))
	if p := run.before; p != nil && p.ended.Seq > run.queued.Seq && p.ended.Seq < r.Seq {
		return text + ", " + span + ": the run before came first"
	}
	if run.held() {
		return text + ", " + span
	}
	return text + ", " + span + ": there was no room in its lane"
}

// askedBy reports whether that fact is a person's request for the run.
func (r *run) askedBy(seq uint64) bool {
	for _, rec := range r.records {
		if _, ok := rec.Body.(messages.RunRequested); ok && rec.Seq == seq {
			return true
		}
	}
	return false
}

// held reports whether the run was held at any time.
func (r *run) held() bool {
	for _, rec := range r.records {
		switch rec.Body.(type) {
		case messages.RunHeld, messages.JobPaused:
			return true
		}
	}
	return len(r.outages) > 0
}

// letGo is the opening of the gate that released the run to start that attempt.
func (r *run) letGo(started messages.Record) (messages.GateOpened, bool) {
	for i := len(r.outages) - 1; i >= 0; i-- {
		o := r.outages[i]
		if o.opened == 0 || o.opened > started.Seq {
			continue
		}
		if until, _ := r.startAfter(o.from); until != started.Seq {
			return messages.GateOpened{}, false
		}
		for _, rec := range o.records {
			if g, ok := rec.Body.(messages.GateOpened); ok {
				return g, true
			}
		}
	}
	return messages.GateOpened{}, false
}

// took is how long an attempt ran, if its start is in the chain.
func (t *teller) took(id messages.RunID, ended messages.Record) string {
	if s, ok := t.started[id]; ok {
		if d := ended.At.Sub(s.At); d > 0 {
			return " after " + long(d)
		}
	}
	return ""
}

func (t *teller) failure(r messages.Record, b messages.AttemptFailed) string {
	took := t.took(b.Run, r)
	quote := failed(t.evidence(b.Error))
	if quote != "" {
		quote = ": " + quote
	}
	if b.Error == string(b.Class) {
		quote = ""
	}
	if b.Detail == messages.DetailUnanswered {
		return fmt.Sprintf("attempt %d tried nothing%s: what is asked before it got no answer; it does not count, unless that goes on%s",
			b.Attempt, took, quote)
	}
	switch {
	case b.Class == messages.ClassSessionExpired && b.Session != "" && !b.Called:
		return fmt.Sprintf("attempt %d was stopped at the door, generation %d is no longer good; it does not count", b.Attempt, b.Generation)
	case b.Class == messages.ClassSessionExpired && b.Session != "":
		return fmt.Sprintf("attempt %d%s was told that session %s expired (generation %d); it does not count%s",
			b.Attempt, took, b.Session, b.Generation, quote)
	default:
		class := string(b.Class)
		if b.Class == messages.ClassRateLimited && b.RetryAfter > 0 {
			class += ", to be tried again after " + long(b.RetryAfter.D())
		}
		return fmt.Sprintf("attempt %d failed%s (%s)%s", b.Attempt, took, class, quote)
	}
}

// timer says what a run waits for.
func (t *teller) timer(r messages.Record, b messages.Timer) string {
	switch b.Why {
	case messages.WakeRetry:
		return fmt.Sprintf("it tries again in %s, at %s", long(b.Due.Sub(r.At)), t.clock(b.Due))
	case messages.WakeAsk:
		return fmt.Sprintf("until %s: `curfew job run %s` is yes, `curfew job cancel %s` is no", t.clock(b.Due), b.Job, b.Job)
	case messages.WakeQuota:
		return "one run tries at " + t.clock(b.Due) + ", when the quota should be renewed"
	case messages.WakeCircuit:
		return fmt.Sprintf("the backend of session %s does not answer: no run of it starts until %s, then one tries", b.Session, t.clock(b.Due))
	case messages.WakeForecast:
		return "people will be told ahead of time, at " + t.clock(b.Due)
	}
	return fmt.Sprintf("a timer (%s) is set to %s", b.Why, t.clock(b.Due))
}
