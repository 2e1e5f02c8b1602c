package policy

import (
	"errors"
	"fmt"
	"slices"

	"curfew/messages"
)

func admitConfigured(f messages.RuntimeConfigured) error {
	named := false
	for _, s := range f.Sessions {
		named = named || s.Name == messages.DefaultSession
		if s.Lane < 0 {
			return bad("sessions", fmt.Sprintf("give %s a lane of %d; it must be 0 or more", s.Name, s.Lane))
		}
	}
	if !named {
		return bad("sessions", `lacks the session "default"`)
	}
	for _, l := range f.Lanes {
		if l.Size < 1 {
			return bad("lanes", fmt.Sprintf("gives %s a size of %d; it must be 1 or more", l.Actor, l.Size))
		}
	}
	if f.Release.Rate <= 0 || f.Release.CanaryWait <= 0 {
		return bad("release", "needs a rate and a canary_wait above 0")
	}
	return nil
}

func (m *Machine) admitDefined(f messages.JobDefined) error {
	switch {
	case f.Kept == nil:
		return bad("job", "is missing")
	case !messages.IsName(f.Job):
		return bad("job", fmt.Sprintf("is %q; a name is %s", f.Job, messages.Name))
	case f.Actor == "":
		return bad("actor", "is empty")
	case f.Retry.Attempts < 1 || f.Retry.Factor < 1 || f.Retry.Jitter < 0 || f.Retry.Jitter > 1:
		return bad("retry", "needs attempts and factor of at least 1 and a jitter from 0 to 1")
	case f.NoTimeout && f.Timeout != 0:
		return bad("no_timeout", "is set, and so is timeout; one of them is meant")
	case f.Deliver != nil && (len(f.Deliver.To) < 1 || len(f.Deliver.To) > messages.MaxDeliverTo || f.Deliver.Remind < 0):
		return bad("deliver", fmt.Sprintf("needs 1 to %d targets, and a remind of at least 0", messages.MaxDeliverTo))
	}
	if n := f.MaxParallel; n < 0 || n > messages.MaxParallel {
		return bad("max_parallel", fmt.Sprintf("is %d; it must be 0 to %d", n, messages.MaxParallel))
	}
	if err := errors.Join(m.admitAfter(f), admitLabels("runs_on", f.RunsOn), known("overlap", f.Overlap, overlaps), known("catch_up", f.CatchUp.Policy, catchUps),
		known("days", f.Days, messages.AllDays), known("dst", f.DST, messages.AllDST), known("on_interrupt", f.OnInterrupt, interrupts)); err != nil {
		return err
	}
	if f.Session != "" {
		return m.knownSession(f.Session)
	}
	return nil
}

// known refuses a value that is neither empty nor one of the allowed ones.
func known[T ~string](key string, value T, allowed []T) error {
	if value == "" || slices.Contains(allowed, value) {
		return nil
	}
	return bad(key, fmt.Sprintf("is %q; allowed are %q", value, allowed))
}

// The values of a definition's policies. An empty one is the first.
var (
	overlaps = []messages.Overlap{
		messages.OverlapSkip, messages.OverlapQueueOne, messages.OverlapQueueAll, messages.OverlapCancelRunning, messages.OverlapAllow,
	}
	catchUps   = []messages.CatchUpPolicy{messages.CatchUpOne, messages.CatchUpAll, messages.CatchUpNone}
	interrupts = []messages.OnInterrupt{messages.OnInterruptRerun, messages.OnInterruptAsk, messages.OnInterruptFail}
)
