package recorder

import (
	"maps"
	"slices"

	"curfew/messages"
)

// Fold applies a record to the run that it is about, in place; r is nil if the run is not known. It returns nil if the
// record changes nothing: a run begins with its RunQueued, and after its end only an attempt that had not returned can
// still end.
func Fold(r *Run, rec messages.Record) *Run {
	if m, ok := rec.Body.(messages.RunQueued); ok {
		if r != nil {
			return nil
		}
		return &Run{
			ID: m.Run, Job: m.Job, Slot: m.Slot, FirstSlot: m.FirstSlot, Missed: m.Missed, Trigger: m.Trigger,
			After: m.After, Status: messages.StatusQueued, QueuedAt: rec.At, Seq: rec.Seq,
		}
	}
	if r == nil || !r.ended(rec) && (r.Final() || !r.goesOn(rec)) {
		return nil
	}
	return r
}

// goesOn applies a record about a run that is not over.
func (r *Run) goesOn(rec messages.Record) bool {
	switch m := rec.Body.(type) {
	case messages.RunHeld:
		r.hold(m)
	case messages.RunFinished:
		r.Status, r.Reason, r.Holds, r.FinishedAt = m.Status, m.Reason, nil, rec.At
	case messages.AttemptStarted:
		r.start(rec.At, m)
	case messages.WakeScheduled:
		if m.Why != messages.WakeRetry {
			return false
		}
		r.Status = messages.StatusBackingOff
	case messages.Woke:
		if m.Why != messages.WakeRetry || r.Status != messages.StatusBackingOff {
			return false
		}
		r.Status = messages.StatusQueued
	default:
		return false
	}
	return true
}

// ended applies the facts that end an attempt.
func (r *Run) ended(rec messages.Record) bool {
	switch m := rec.Body.(type) {
	case messages.AttemptSucceeded:
		return r.end(rec.At, m.AttemptRef, Attempt{Called: m.Called, Usage: m.Usage, Left: m.Left}, m.Output, m.Trace)
	case messages.AttemptFailed:
		return r.end(rec.At, m.AttemptRef, Attempt{
			Called: m.Called, Class: m.Class, Error: m.Error, Usage: m.Usage, Left: m.Left,
		}, m.Output, m.Trace)
	case messages.AttemptInterrupted:
		return r.end(rec.At, m.AttemptRef, Attempt{
			Called: m.Called, Class: messages.ClassInterrupted, Error: string(m.Why), Usage: m.Usage, Left: m.Left,
		}, m.Output, m.Trace)
	case messages.AttemptAbandoned:
		return r.end(rec.At, m.AttemptRef, Attempt{
			Called: true, Class: messages.ClassInterrupted, Error: "abandoned: it did not return when it was told to stop",
		}, "", nil)
	default:
		return false
	}
}

// Clone is a copy that shares nothing.
func (r *Run) Clone() Run {
	out := *r
	out.Holds = slices.Clone(r.Holds)
	out.Attempts = slices.Clone(r.Attempts)
	out.Traces = maps.Clone(r.Traces)
	return out
}
