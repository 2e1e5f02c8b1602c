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

// retry decides what follows a counted failure: a timer for the next attempt, or the end of the run
// with exactly one error report.
func (m *Machine) retry(r *run, class messages.Class, text string, after time.Duration) {
	p := r.StartDef.Retry
	pause := max(backoff(p, r.ID, r.Counted), after)
	if r.Counted >= p.Attempts || r.Active+pause > p.Within.D() {
		m.fail(r, messages.FinishRetriesExhausted, class, text)
		return
	}
	m.wakeRun(r, messages.WakeRetry, m.now.Add(pause))
}

// backoff is initial × factor^(n-1), at most max, spread by jitter. The spread is a hash of the run and
// the attempt: two jobs that fail together do not retry together, and a replay waits just as long.
func backoff(p messages.Retry, id messages.RunID, n int) time.Duration {
	d := float64(p.Initial) * math.Pow(p.Factor, float64(max(n, 1)-1))
	d = min(d, float64(p.Max))
	d *= 1 - p.Jitter + 2*p.Jitter*messages.Spread("jitter", string(id), strconv.Itoa(n))
	return time.Duration(d).Truncate(time.Millisecond)
}
