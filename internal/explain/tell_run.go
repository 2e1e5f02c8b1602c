package explain

import (
	"strings"

	"curfew/messages"
)

func (t *teller) ofRun(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.RunQueued:
		t.queued = r
		switch {
		case b.Trigger == messages.TriggerManual:
			return "a run by hand is made"
		case b.After != nil:
			return "a run is made, because " + followed(b.After)
		case b.Missed > 0:
			return "one run is made for " + t.slots(b.Missed+1, b.FirstSlot, b.Slot)
		case b.Beside:
			return "a run is made for " + t.slots(1, b.Slot, b.Slot) + ", beside those that are not over"
		default:
			return "a run is made for " + t.slots(1, b.Slot, b.Slot)
		}
	case messages.RunHeld:
		text := "the run waits"
		if len(b.Holds) > 0 {
			text = "held: " + t.why(b.Holds, r)
		}
		if b.Missed > 0 {
			text += "; it stands for " + t.slots(b.Missed+1, b.FirstSlot, b.Slot)
		}
		if b.After != nil {
			text += ", the newest because " + followed(b.After)
		}
		return text
	case messages.RunFinished:
		return t.end(r)
	}
	return ""
}

// followed says which end of a run made a slot.
func followed(f *messages.Followed) string {
	return "a run of " + plain(f.Job, maxWord) + " has " + plain(string(f.Status), maxWord)
}

// end says how a run ended.
func (e *Explainer) end(r messages.Record) string {
	b := r.Body.(messages.RunFinished)
	text := Ended(b.Status, b.Reason)
	if d := e.definition(r.At); b.Reason == messages.FinishStaleAfter && d.StaleAfter > 0 {
		text += ": stale_after is " + long(d.StaleAfter.D())
	}
	return text
}

// Ended says how a run ended, by its status and its reason.
func Ended(status messages.Status, reason messages.FinishReason) string {
	switch reason {
	case messages.FinishRetriesExhausted:
		return "the run failed: its retry allows no further attempt"
	case messages.FinishPermanent:
		return "the run failed, and trying again cannot help"
	case messages.FinishInterrupted:
		return "the run failed: its attempt was interrupted, and on_interrupt is fail"
	case messages.FinishCancelled:
		return "the run was cancelled"
	case messages.FinishJobRemoved:
		return "the run was cancelled: the job is gone"
	case messages.FinishOverlap:
		return "the run was cancelled for the next slot (overlap is cancel_running)"
	case messages.FinishCoalesced:
		return "folded into an older run of the job, which stands for both"
	case messages.FinishSessionClosed:
		return "the run was skipped: its session is closed, and on_hold is skip"
	case messages.FinishStaleAfter:
		return "the run was stale when it could start"
	case messages.FinishUnanswered:
		return "the run was given up: nobody answered in time"
	default:
		return "the run " + string(status)
	}
}

// why says what holds a run, by the holds of a record.
func (t *teller) why(hs []messages.Hold, r messages.Record) string {
	var parts []string
	for _, h := range hs {
		switch h {
		case messages.HoldPaused:
			parts = append(parts, "the job is "+t.stoppedBy(r.Seq))
		case messages.HoldNode:
			parts = append(parts, noNode(t.definition(r.At)))
		default:
			parts = append(parts, holdText(h))
		}
	}
	return strings.Join(parts, "; ")
}

// holdText says what holds a run.
func holdText(h messages.Hold) string {
	switch h {
	case messages.HoldSession:
		return "its session is not open"
	case messages.HoldPaused:
		return "the job is paused"
	case messages.HoldAsk:
		return "a person is to say yes or no"
	case messages.HoldSuspect:
		return "it lost two good sessions, so a person is to decide"
	case messages.HoldCircuit:
		return "the session's backend does not answer"
	default:
		return plain(string(h), maxWord)
	}
}
