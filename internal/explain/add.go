package explain

import (
	"slices"

	"curfew/messages"
)

// newest reports whether the question is about the newest slot or run.
func (e *Explainer) newest() bool { return e.q.Run == "" && e.target.at.IsZero() }

// Add adds the next record. A record that is not after the last one is ignored.
func (e *Explainer) Add(r messages.Record) {
	if r.Seq <= e.last.Seq {
		return
	}
	e.last = r
	if _, ok := r.Body.(messages.Fact); ok {
		e.missing()
		if e.fact = r; !e.concerns(r.Body) {
			e.fact = messages.Record{Seq: r.Seq} // as if the record had been left out, so that the answer is the same
			return
		}
		e.addFact(r)
		return
	}
	if e.gates(r) {
		return
	}
	switch d := r.Body.(type) {
	case messages.AttemptStarted:
		if d.Canary {
			g := e.gate(d.Session)
			if g.canary = d; g.now != nil {
				g.now.add(r)
			}
		}
		if d.Job == e.q.Job {
			e.runDecision(r)
		}
	case messages.SlotSkipped:
		if d.Job == e.q.Job {
			e.skipped(r, d)
		}
	case messages.WakeScheduled:
		if d.Job == e.q.Job && d.Run != "" {
			e.runDecision(r)
		}
	default:
		if d != nil && d.Key() == e.q.Job || jobOf(d) == e.q.Job {
			e.runDecision(r)
		}
	}
}

// concerns reports whether a fact may belong to the answer: it is about the job, a session, or an attempt that lost its
// session.
func (e *Explainer) concerns(b messages.Body) bool {
	switch b := b.(type) {
	case messages.RuntimeConfigured, messages.RuntimeStopped, messages.ClockSetBack, messages.NodeJoined, messages.NodeLost:
		return true
	case messages.SlotsDue:
		return slices.ContainsFunc(b.Slots, func(s messages.JobSlot) bool { return s.Job == e.q.Job })
	case messages.AttemptFailed:
		return b.Job == e.q.Job || b.Class == messages.ClassSessionExpired
	case messages.Woke:
		return b.Job == e.q.Job && b.Run != "" || b.Why == messages.WakeCanaryWait
	case messages.DeliveryFinished:
		return e.post.Known(b.Of)
	default:
		return b.Topic() == messages.TopicSession || b.Key() == e.q.Job
	}
}

// jobOf is the job of a notification, whose key may be its session.
func jobOf(b messages.Body) string {
	if n, ok := b.(messages.NotificationRequested); ok {
		return n.Job
	}
	return ""
}

func (e *Explainer) addFact(r messages.Record) {
	switch f := r.Body.(type) {
	case messages.RuntimeConfigured:
		e.conf = r
		e.daemon(r)
		e.post.Add(r)
	case messages.RuntimeStopped:
		e.daemon(r)
	case messages.ClockSetBack:
		e.setBack(r, f)
	case messages.NodeJoined, messages.NodeLost:
		e.nodeFact(r)
	case messages.JobDefined, messages.JobRemoved:
		if r.Body.Key() != e.q.Job {
			return
		}
		if _, gone := e.job.gone(); gone {
			e.paused = nil
		}
		e.job.add(e.q.Job, r)
	case messages.JobPaused:
		if f.Job == e.q.Job {
			e.pauses(r, true)
		}
	case messages.JobResumed:
		if f.Job == e.q.Job {
			e.pauses(r, false)
		}
	case messages.RunRequested:
		if f.Job == e.q.Job {
			e.requested(r)
		}
	case messages.SlotsDue:
		for _, s := range f.Slots {
			if s.Job == e.q.Job {
				e.names(s.Slot)
			}
		}
	case messages.SlotsMissed:
		if f.Job == e.q.Job {
			e.misses(f)
		}
	case messages.DeliveryFinished:
		e.answers(r, f)
	default:
		e.runFact(r)
	}
}

// pauses notes a pause, which holds waiting runs, or its end.
func (e *Explainer) pauses(r messages.Record, paused bool) {
	if e.paused = nil; paused {
		e.paused = &r
	}
	for _, run := range e.runs {
		if run.waits() {
			run.add(r)
		}
	}
}

// requested notes that a person asked for a run. A waiting run takes the request, and no longer waits for a person.
func (e *Explainer) requested(r messages.Record) {
	if run := e.waiting(); run != nil {
		run.add(r)
		run.waited, run.retry, run.answer = r, 0, 0
		run.holds = slices.DeleteFunc(slices.Clone(run.holds), func(h messages.Hold) bool {
			return h == messages.HoldAsk || h == messages.HoldSuspect
		})
	}
}
