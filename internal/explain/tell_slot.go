package explain

import (
	"fmt"
	"time"

	"curfew/messages"
)

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
		case t.undecided(r.Seq) != "":
			return named + " passed " + t.undecided(r.Seq)
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
		if b.After != nil {
			what = "the slot, made because " + followed(b.After) + ", is skipped"
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

// definition is the job's definition at an instant; empty: it is not known.
func (e *Explainer) definition(at messages.Instant) messages.Definition {
	if d, _ := e.job.at(at); d != nil {
		return d.Whole()
	}
	if d := e.job.newest(); d != nil {
		return d.Whole()
	}
	return messages.Definition{}
}

// disabled says that the job file disables a job.
const disabled = "disabled in its file"

// stoppedBy says whether a job was disabled or paused when a record was written.
func (e *Explainer) stoppedBy(seq uint64) string {
	if d := e.job.before(seq); d != nil && d.Disabled {
		return disabled
	}
	return "paused"
}

// whySkipped says why a slot was skipped.
func (e *Explainer) whySkipped(r messages.Record) string {
	d, b := e.definition(r.At), r.Body.(messages.SlotSkipped)
	missed := "missed"
	if e.undecided(r.Cause) != "" {
		missed = "missed while no node decided"
	}
	switch b.Reason {
	case messages.SkipPaused:
		return "the job is paused"
	case messages.SkipDisabled:
		return "the job is " + disabled
	case messages.SkipSessionClosed:
		return fmt.Sprintf("session %s is closed, and on_hold is skip", d.Session)
	case messages.SkipOverlap:
		switch d.Overlap {
		case messages.OverlapQueueOne:
			return "a run of the job waits already, and overlap is queue_one"
		case messages.OverlapAllow:
			return fmt.Sprintf("a run of the job waits already for one of %d places (overlap is allow)", d.Parallel())
		}
		return "the run before is not over, and overlap is skip"
	case messages.SkipCatchUpNone:
		return missed + ", and catch_up is none"
	case messages.SkipCatchUpWindow:
		return missed + ", and older than the catch_up window of " + long(d.CatchUp.Window.D())
	case messages.SkipRunAllLimit:
		return "1,000 runs of the job are held already, the most that on_hold: run_all keeps"
	case messages.SkipCatchUpLimit:
		return "more than 1,000 runs of the job would wait, the most that catch_up: all keeps"
	case messages.SkipQueueFull:
		return "100 runs of the job wait already, the most that overlap: queue_all keeps"
	case messages.SkipChainLimit:
		return fmt.Sprintf("%d runs have followed each other, the most that a chain may have", messages.MaxChain)
	default:
		return plain(string(b.Reason), maxWord)
	}
}
