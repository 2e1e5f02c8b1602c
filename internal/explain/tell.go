package explain

import "curfew/messages"

// teller says what the records of a chain mean, in order.
type teller struct {
	*Explainer
	*subject
	started map[messages.RunID]messages.Record // the newest AttemptStarted
	queued  messages.Record
}

func (t *teller) tell(r messages.Record) string {
	switch r.Body.Topic() {
	case messages.TopicSession:
		return t.session(r)
	case messages.TopicAttempt:
		return t.other(r) + t.attempt(r)
	case messages.TopicRun:
		return t.other(r) + t.ofRun(r)
	case messages.TopicDue:
		return t.due(r)
	default:
		return t.rest(r)
	}
}

// other says that a record is about another run of the job, or another job.
func (t *teller) other(r messages.Record) string {
	id, job := runOf(r.Body)
	switch {
	case job != t.q.Job && id != "":
		return "job " + job + ": "
	case id == "" || t.run == nil && t.skip.Body == nil:
		return ""
	case t.run != nil:
		for o := t.run; o != nil; o = o.into {
			if o.id == id {
				return ""
			}
		}
	}
	if t.definition(r.At).Overlap == messages.OverlapAllow {
		return "another run: " // it may be one that came later
	}
	return "the run before: "
}

// IsOf reports whether a message is about that run of the job.
func IsOf(b messages.Body, job string, run messages.RunID) bool {
	r, j := runOf(b)
	return r == run && j == job
}

// runOf is the run and the job whose story a message is part of; a timer tells of itself.
func runOf(b messages.Body) (messages.RunID, string) {
	switch b.(type) {
	case messages.AttemptStarted, messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted, messages.AttemptAbandoned,
		messages.SideEffectBegan, messages.RunQueued, messages.RunHeld, messages.RunFinished, messages.ErrorReported, messages.DeliveryRequested:
		return messages.RunOf(b), b.Key()
	}
	return "", ""
}
