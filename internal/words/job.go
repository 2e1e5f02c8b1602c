package words

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"curfew/internal/contract"
	"curfew/messages"
)

// Disabled says of a job that no command can resume it.
const Disabled = "disabled in the job file (enabled: false); change it there, and `curfew reload`"

// NoLimit says of an attempt that it may take as long as it likes.
const NoLimit = "no limit of time"

// NoSlot says why a job has no next slot, beyond its schedule; empty: nothing keeps it from having one.
func NoSlot(j contract.Job) string {
	switch {
	case j.Disabled:
		return "none while the job is disabled"
	case !j.Enabled:
		return "none while the job is paused"
	case j.Limits.After != nil:
		return "none by the clock: it follows " + j.Limits.After.Job
	default:
		return ""
	}
}

// Overlap is what becomes of a slot that falls due while a run of the job is unfinished.
func Overlap(j contract.Job) string {
	if j.Parallel > 1 {
		return fmt.Sprintf("%s, up to %d runs beside each other", j.Overlap, j.Parallel)
	}
	return string(j.Overlap)
}

// RunsOn is on which nodes the job may run, and that there is none; empty: on any.
func RunsOn(j contract.Job) string {
	text := ""
	if len(j.RunsOn) > 0 {
		text = "nodes with " + messages.LabelsText(j.RunsOn)
	}
	if j.Unplaced {
		return cmp.Or(text, "any node") + "; its runs are held: " + messages.NoNode(j.RunsOn, j.Actor)
	}
	return text
}

// Timeout is how long an attempt may take; nil: there is no limit.
func Timeout(d *messages.Duration) string {
	if d == nil {
		return "none: " + NoLimit
	}
	return d.Short()
}

// Failures is "3 failures", "at least 20 failures".
func Failures(f *contract.Failing) string {
	text := Count(f.Runs, "failure")
	if f.AtLeast {
		return "at least " + text
	}
	return text
}

// Because is why a run ended as it did: the error of its last attempt, and the reason as one word; empty: there is neither.
// The error comes first because a narrow screen shows only the beginning.
func Because(r contract.Run) string {
	failed := ""
	if n := len(r.Attempts); n > 0 && r.Attempts[n-1].Error != nil {
		failed = *r.Attempts[n-1].Error
	}
	switch {
	case r.Reason == nil:
		return failed
	case failed == "":
		return string(*r.Reason)
	default:
		return failed + " (" + string(*r.Reason) + ")"
	}
}

// Held says what a run waits for. Gate is the session of its job and its state, such as "default (closed: expired)";
// empty: it is not known.
func Held(h messages.Hold, j contract.Job, gate string) string {
	switch h {
	case messages.HoldSession:
		if gate == "" {
			return "held by its session"
		}
		return "held by session " + gate
	case messages.HoldPaused:
		if j.Disabled {
			return "held: the job is " + Disabled
		}
		return "held: the job is paused"
	case messages.HoldAsk, messages.HoldSuspect:
		return "held until a person decides"
	case messages.HoldCircuit:
		return "held: the backend does not answer; the run starts when it answers again"
	case messages.HoldNode:
		return "held: " + messages.NoNode(j.RunsOn, j.Actor) + "; the run starts when one does"
	default:
		return "held: " + string(h)
	}
}

// HeldBy names in a few words what keeps a job from running now, such as "session default"; empty: nothing does. Session
// is the job's; nil: it belongs to none.
func HeldBy(holds []messages.Hold, session *string) string {
	of := "its session"
	if session != nil {
		of = "session " + *session
	}
	var parts []string
	for _, h := range holds {
		part := string(h)
		switch h {
		case messages.HoldSession:
			part = of
		case messages.HoldPaused:
			part = "a pause"
		case messages.HoldAsk, messages.HoldSuspect:
			part = "a question to a person"
		case messages.HoldCircuit:
			part = "the backend of " + of
		case messages.HoldNode:
			part = "the lack of a node"
		}
		if !slices.Contains(parts, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, ", ")
}
