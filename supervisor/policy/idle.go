package policy

import "curfew/messages"

// maxIdle: from this many attempts in a row on that tried nothing, such an attempt counts: a question that is never
// answered is to be told to somebody.
const maxIdle = 10

// triedNothing reports whether the attempt did not come to its work: what was asked before it, such as whether a CLI
// is signed in, got no answer.
func triedNothing(f messages.AttemptFailed) bool {
	return f.Detail == messages.DetailUnanswered && f.Class == messages.ClassTransient
}

// standBack is the fate of a run whose attempt tried nothing: uncounted, it waits for the gate, or tries again
// after a pause, which grows as that of its retries.
func (m *Machine) standBack(r *run) {
	if s := m.gate(m.jobs[r.Job]); s != nil && s.State == Closed {
		m.waitAgain(r)
		return
	}
	m.wakeRun(r, messages.WakeRetry, m.now.Add(backoff(r.StartDef.Retry, r.ID, r.Idle)))
}
