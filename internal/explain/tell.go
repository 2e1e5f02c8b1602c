package explain

import (
	"fmt"
	"strings"
	"time"

	"curfew/messages"
)

// teller says what records mean, in order.
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
		return t.other(r.Body) + t.attempt(r)
	case messages.TopicRun:
		return t.other(r.Body) + t.ofRun(r)
	case messages.TopicDue:
		return t.due(r)
	default:
		return t.rest(r)
	}
}

// other says that a record is about another run of the job, or another job.
func (t *teller) other(b messages.Body) string {
	id, job := runOf(b)
	switch {
	case job != t.q.Job && id != "":
		return "job " + job + ": "
	case id == "" || t.run == nil && t.skip.Body == nil:
		return ""
	case t.run != nil:
		for r := t.run; r != nil; r = r.into {
			if r.id == id {
				return ""
			}
		}
	}
	return "the run before: "
}

// IsOf reports whether a message is about that run of the job.
func IsOf(b messages.Body, job string, run messages.RunID) bool {
	r, j := runOf(b)
	return r == run && j == job
}

// runOf is the run and the job that a message is about.
func runOf(b messages.Body) (messages.RunID, string) {
	switch b := b.(type) {
	case messages.AttemptSucceeded:
		return b.Run, b.Job
	case messages.AttemptFailed:
		return b.Run, b.Job
	case messages.AttemptInterrupted:
		return b.Run, b.Job
	case messages.AttemptAbandoned:
		return b.Run, b.Job
	case messages.SideEffectBegan:
		return b.Run, b.Job
	case messages.AttemptStarted:
		return b.Run, b.Job
	case messages.RunQueued:
		return b.Run, b.Job
	case messages.RunHeld:
		return b.Run, b.Job
	case messages.RunFinished:
		return b.Run, b.Job
	case messages.ErrorReported:
		return b.Run, b.Job
	case messages.DeliveryRequested:
		return b.Run, b.Job
	}
	return "", ""
}

func (t *teller) due(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.SlotsDue:
		for _, s := range b.Slots {
			if s.Job == t.q.Job {
				text := t.slots(1, s.Slot, s.Slot) + " falls due"
				if late := r.At.Sub(s.Slot); late >= time.Second {
					text += ", noticed " + long(late) + " late"
				}
				if note, ok := t.noted(s.Slot); ok {
					text += " (" + note + ")"
				}
				return text
			}
		}
	case messages.SlotsMissed:
		named := t.slots(len(b.Slots)+b.More, b.First, b.Slots[len(b.Slots)-1])
		switch {
		case b.Backfill != "":
			return "a person asks for past slots: " + named
		case r.At.Sub(t.conf.At) <= justStarted && t.conf.Seq != 0 && t.conf.Seq < r.Seq:
			return named + " passed while no daemon was running"
		default:
			return named + " passed while nobody looked: no daemon, a suspend, or the clock was set"
		}
	case messages.ClockSetBack:
		return t.setBack(b)
	case messages.SlotSkipped:
		what := "skipped"
		if b.Count > 1 {
			what = t.slots(b.Count, b.First, b.Last) + " skipped"
		}
		return what + ": " + t.whySkipped(r)
	}
	return ""
}

// noted is what a change of the clock did to a slot.
func (t *teller) noted(slot messages.Instant) (string, bool) {
	s, _, ok := t.job.schedule(slot)
	if !ok {
		return "", false
	}
	note := s.Note(slot.Time())
	return note, note != ""
}

// definition is the job as it was; empty if that is not known.
func (e *Explainer) definition(at messages.Instant) messages.Definition {
	if d, _ := e.job.at(at); d != nil {
		return *d
	}
	if d := e.job.newest(); d != nil {
		return *d
	}
	return messages.Definition{}
}

// disabled says of a job that its file switches it off.
const disabled = "disabled in its file"

// stoppedBy says which of its two switches held a job when a record was decided.
func (e *Explainer) stoppedBy(seq uint64) string {
	if d := e.job.before(seq); d != nil && d.Disabled {
		return disabled
	}
	return "paused"
}

// whySkipped says why no run came of a slot.
func (e *Explainer) whySkipped(r messages.Record) string {
	d, b := e.definition(r.At), r.Body.(messages.SlotSkipped)
	switch b.Reason {
	case messages.SkipPaused:
		return "the job is paused"
	case messages.SkipDisabled:
		return "the job is " + disabled
	case messages.SkipSessionClosed:
		return fmt.Sprintf("session %s is closed, and on_hold is skip", d.Session)
	case messages.SkipOverlap:
		if d.Overlap == messages.OverlapQueueOne {
			return "a run of the job waits already, and overlap is queue_one"
		}
		return "the run before is not over, and overlap is skip"
	case messages.SkipCatchUpNone:
		return "missed, and catch_up is none"
	case messages.SkipCatchUpWindow:
		return "missed, and older than the catch_up window of " + long(d.CatchUp.Window.D())
	case messages.SkipRunAllLimit:
		return "1,000 runs of the job are held already, the most that on_hold: run_all keeps"
	case messages.SkipCatchUpLimit:
		return "more than 1,000 runs of the job would wait, the most that catch_up: all keeps"
	case messages.SkipQueueFull:
		return "100 runs of the job wait already, the most that overlap: queue_all keeps"
	default:
		return plain(string(b.Reason), maxWord)
	}
}

func (t *teller) ofRun(r messages.Record) string {
	switch b := r.Body.(type) {
	case messages.RunQueued:
		t.queued = r
		switch {
		case b.Trigger == messages.TriggerManual:
			return "a run by hand is made"
		case b.Missed > 0:
			return "one run is made for " + t.slots(b.Missed+1, b.FirstSlot, b.Slot)
		default:
			return "a run is made for " + t.slots(1, b.Slot, b.Slot)
		}
	case messages.RunHeld:
		text := "the run waits"
		if len(b.Holds) > 0 {
			text = "held: " + t.why(b.Holds, r.Seq)
		}
		if b.Missed > 0 {
			text += "; it stands for " + t.slots(b.Missed+1, b.FirstSlot, b.Slot)
		}
		return text
	case messages.RunFinished:
		return t.end(r)
	}
	return ""
}

// end says how a run ended.
func (e *Explainer) end(r messages.Record) string {
	b := r.Body.(messages.RunFinished)
	switch b.Reason {
	case messages.FinishRetriesExhausted:
		return "the run failed: its attempts are used up"
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
		if d := e.definition(r.At); d.StaleAfter > 0 {
			return "the run was stale when it could start: stale_after is " + long(d.StaleAfter.D())
		}
		return "the run was stale when it could start"
	case messages.FinishUnanswered:
		return "the run was given up: nobody answered in time"
	default:
		return "the run " + string(b.Status)
	}
}

// why says what holds a run by a record.
func (t *teller) why(hs []messages.Hold, seq uint64) string {
	var parts []string
	for _, h := range hs {
		switch h {
		case messages.HoldSession:
			parts = append(parts, "its session is not open")
		case messages.HoldPaused:
			parts = append(parts, "the job is "+t.stoppedBy(seq))
		case messages.HoldAsk:
			parts = append(parts, "a person is to say yes or no")
		case messages.HoldSuspect:
			parts = append(parts, "it lost two good sessions, so a person is to decide")
		case messages.HoldCircuit:
			parts = append(parts, "the session's backend does not answer")
		default:
			parts = append(parts, plain(string(h), maxWord))
		}
	}
	return strings.Join(parts, "; ")
}
