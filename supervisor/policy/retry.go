package policy

import (
	"math"
	"strconv"
	"time"

	"curfew/messages"
)

// interruptsBeforeCounted: from the third interruption in a row on, an interruption counts as an
// attempt, so that a run which brings the runtime down does not do so for ever.
const interruptsBeforeCounted = 3

// retry decides what follows a counted failure: a timer for the next attempt, the question whether there may be
// one, or the end of the run with exactly one error report.
func (m *Machine) retry(r *run, class messages.Class, text string, after time.Duration) {
	p := r.StartDef.Retry
	pause := backoff(p, r.ID, r.Counted)
	last := r.Counted >= p.Attempts || r.Active+pause > p.Within.D()
	if !last && r.Active+max(pause, after) > p.Within.D() {
		last, text = true, text+" (it asks to be tried again after "+after.String()+", which is longer than retry.within, "+p.Within.D().String()+", allows)"
	}
	switch {
	case last:
		m.fail(r, messages.FinishRetriesExhausted, class, text)
		return
	case m.asksFirst(r):
		m.askAbout(r, messages.ReasonSideEffect)
		return
	}
	pause = max(pause, after)
	m.wakeRun(r, messages.WakeRetry, m.now.Add(pause))
}

// asksFirst reports whether a person is asked before the run is tried again: the attempt has called a tool that is
// not read-only, and what that did may not be done twice (design §7 rule 7).
func (m *Machine) asksFirst(r *run) bool { return r.SideEffect && !r.job.Def.RerunAfterTools }

// backoff is initial × factor^(n-1), at most max, spread by jitter. The spread is a hash of the run and
// the attempt: two jobs that fail together do not retry together, and a replay waits just as long.
func backoff(p messages.Retry, id messages.RunID, n int) time.Duration {
	d := float64(p.Initial) * math.Pow(p.Factor, float64(max(n, 1)-1))
	d = min(d, float64(p.Max))
	d *= 1 - p.Jitter + 2*p.Jitter*messages.Spread("jitter", string(id), strconv.Itoa(n))
	return time.Duration(d).Truncate(time.Millisecond)
}

// maxIdle: from this many attempts in a row that tried nothing, such an attempt counts: a question that is never
// answered must be reported in the end.
const maxIdle = 10

// maxStandBack bounds what such an attempt may ask for.
const maxStandBack = 10 * time.Minute

// standBack is the fate of a run whose attempt tried nothing: uncounted, it waits for the gate, or tries again
// after a pause, which grows as that of its retries and is not shorter than the attempt asked for.
func (m *Machine) standBack(r *run, after time.Duration) {
	if s := m.gate(r.job); s != nil && s.State == messages.StateClosed {
		m.waitAgain(r)
		return
	}
	pause := max(backoff(r.StartDef.Retry, r.ID, r.Idle), min(after, maxStandBack))
	m.wakeRun(r, messages.WakeRetry, m.now.Add(pause))
}
