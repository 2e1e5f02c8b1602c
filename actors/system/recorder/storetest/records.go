package storetest

import (
	"fmt"
	"strings"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Log numbers bodies as the bus does, one second apart.
func Log(from uint64, bodies ...messages.Body) []messages.Record {
	out := make([]messages.Record, len(bodies))
	for i, b := range bodies {
		seq := from + uint64(i)
		out[i] = messages.Record{Seq: seq, At: messages.Instant(seq * 1000), Body: b}
	}
	return out
}

// Queued begins a run.
func Queued(id, job string) messages.RunQueued {
	return messages.RunQueued{Run: messages.RunID(id), Job: job, Slot: 1000, FirstSlot: 1000, Trigger: messages.TriggerSchedule}
}

// Started begins an attempt.
func Started(id string, n int, gen uint64) messages.AttemptStarted {
	return messages.AttemptStarted{Run: messages.RunID(id), Job: "j", Attempt: n, Generation: gen}
}

// Ref names an attempt.
func Ref(id string, n int, inc uint64) messages.AttemptRef {
	return messages.AttemptRef{Run: messages.RunID(id), Job: "j", Attempt: n, Incarnation: inc}
}

// Finished ends a run.
func Finished(id, job string, s messages.Status, why messages.FinishReason) messages.RunFinished {
	return messages.RunFinished{Run: messages.RunID(id), Job: job, Status: s, Reason: why}
}

// Defined says how long a job's runs are remembered.
func Defined(job string, keep messages.History) messages.JobDefined {
	return messages.Defined(messages.Definition{Job: job, History: keep})
}

func retry(id string) messages.Timer {
	return messages.Timer{Run: messages.RunID(id), Job: "j", Why: messages.WakeRetry, Due: 9000}
}

// show is a run in one line.
func show(r recorder.Run) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s", r.ID, r.Status)
	if r.Reason != "" {
		fmt.Fprintf(&b, "/%s", r.Reason)
	}
	if len(r.Holds) > 0 {
		fmt.Fprintf(&b, " %v", r.Holds)
	}
	fmt.Fprintf(&b, " slot=%d missed=%d", r.Slot/1000, r.Missed)
	for _, a := range r.Attempts {
		fmt.Fprintf(&b, " [%d i%d g%d %v %d-%d %s %s]", a.Number, a.Incarnation, a.Generation, a.Called, a.StartedAt/1000, a.FinishedAt/1000, a.Class, a.Error)
	}
	if r.Output != "" {
		fmt.Fprintf(&b, " %q", r.Output)
	}
	fmt.Fprintf(&b, " %d-%d", r.StartedAt/1000, r.FinishedAt/1000)
	return b.String()
}

// Settle settles all that a store has taken in.
func Settle(s recorder.Store) error {
	for {
		if more, err := s.Settle(); err != nil || !more {
			return err
		}
	}
}
