package policy

import (
	"slices"
	"strconv"
	"time"

	"curfew/messages"
)

// An attempt that the end of the runtime cut off is tried again (on_interrupt: rerun): the job is not at fault. But the
// job may have ended the runtime: it restarts the machine, or uses up all memory. So the third interruption in a row
// counts as a failure, and a run that was interrupted soon after its start twice in a row is asked about.

// soon is how long after its start an attempt may be interrupted to be suspected of having ended the runtime.
const soon = 60 * time.Second

// endsOfRuntime are the reasons that a job may be behind.
var endsOfRuntime = []messages.InterruptReason{messages.InterruptCrashed, messages.InterruptStopped, messages.InterruptLost}

// maxSoon is how many such interruptions in a row are tolerated before a person is asked.
const maxSoon = 1

func (m *Machine) applyInterrupted(f messages.AttemptInterrupted) *event {
	ev := m.applyReturned(&f.AttemptRef)
	if j := m.jobs[f.Job]; j != nil && f.Why == messages.InterruptLate && j.rare != nil {
		m.keepImage(j)
		j.rare.Abandoned = max(0, j.rare.Abandoned-1)
		j.applyUsual()
	}
	if r := ev.run; r != nil {
		r.Interrupts, r.Idle = r.Interrupts+1, 0
		if r.Interrupts >= interruptsBeforeCounted {
			r.Counted++
			ev.count = true
		}
		ev.asks = r.applySoon(m.now, m.stopped, f)
		ev.pause = m.applyUsage(r.job, f.Usage)
	}
	return m.applyAttemptClosed(ev)
}

// applySoon counts an interruption soon after the attempt's start, and reports whether there were too many in a row.
// One that was never run says nothing.
func (r *run) applySoon(now messages.Instant, stopping bool, f messages.AttemptInterrupted) bool {
	began := r.Started
	if !stopping && !r.Before.IsZero() {
		began = r.Before // the interruption is reported at a start, which has reset Started
	}
	switch {
	case !f.Called || !slices.Contains(endsOfRuntime, f.Why):
		return false
	case now.Sub(began) > soon:
		r.Soon = 0
		return false
	}
	r.Soon++
	return r.Soon > maxSoon
}

// interrupted goes on as the job's on_interrupt says, but not without asking if the attempt has called a tool, or may
// have ended the runtime. A canary has shown nothing: its part goes to the next.
func (m *Machine) interrupted(ev *event) {
	r := ev.run
	m.returnedTo(ev)
	if r == nil || r.Final {
		return
	}
	on := r.StartDef.OnInterrupt
	spent := ev.count && r.Counted >= r.StartDef.Retry.Attempts
	switch {
	case on == messages.OnInterruptFail:
		m.fail(r, messages.FinishInterrupted, messages.ClassInterrupted, "the runtime ended under the attempt")
	case spent:
		m.retry(r, messages.ClassInterrupted, "interrupted "+strconv.Itoa(r.Interrupts)+" times in a row", 0)
	case ev.asks:
		m.askAbout(r, messages.ReasonEndsRuntime)
	case on == messages.OnInterruptAsk:
		m.askAbout(r, messages.ReasonInterrupted)
	case m.asksFirst(r):
		m.askAbout(r, messages.ReasonSideEffect)
	case ev.count:
		m.retry(r, messages.ClassInterrupted, "interrupted "+strconv.Itoa(r.Interrupts)+" times in a row", 0)
	default:
		m.goesOn(r)
	}
}
