package explain

import (
	"slices"

	"curfew/messages"
)

// newest reports whether the newest slot or run is asked for.
func (e *Explainer) newest() bool { return e.q.Run == "" && e.target.at.IsZero() }

// Add takes in the next record. One that was handed in before, or stands before the last, is passed over.
func (e *Explainer) Add(r messages.Record) {
	if r.Seq <= e.last.Seq {
		return
	}
	e.last = r
	if _, ok := r.Body.(messages.Fact); ok {
		e.missing()
		if e.fact = r; !e.concerns(r.Body) {
			e.fact = messages.Record{Seq: r.Seq} // the answer is the same if it is not handed in
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

// concerns reports whether a fact may belong to the answer: one about the job, about a session, or about
// an attempt that lost its session.
func (e *Explainer) concerns(b messages.Body) bool {
	switch b := b.(type) {
	case messages.RuntimeConfigured, messages.ClockSetBack:
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
		e.post.Add(r)
	case messages.ClockSetBack:
		e.setBack(r, f)
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

// pauses: waiting runs are held by a pause, and let go by its end.
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

// requested: a run that waits is joined; what held it for a person is over.
func (e *Explainer) requested(r messages.Record) {
	if run := e.waiting(); run != nil {
		run.add(r)
		run.waited, run.retry, run.answer = r, 0, 0
		run.holds = slices.DeleteFunc(slices.Clone(run.holds), func(h messages.Hold) bool {
			return h == messages.HoldAsk || h == messages.HoldSuspect
		})
	}
}

// names takes in a slot that a fact names: the newest one is asked for, or one of a window.
func (e *Explainer) names(slot messages.Instant) {
	switch {
	case e.q.Run != "" || e.newest():
		return
	case slot < e.target.at:
		e.before = max(e.before, slot)
	case slot > e.target.at && (e.after.IsZero() || slot < e.after):
		e.after = slot
	}
	if slot >= e.target.from && slot <= e.target.to {
		if s := e.subject(slot); s != nil {
			s.named = e.fact.Seq
		}
	}
}

// misses takes in slots that passed. Those that are not named are the schedule's.
func (e *Explainer) misses(f messages.SlotsMissed) {
	for _, s := range f.Slots {
		e.names(s)
	}
	if at := e.target.at; f.More > 0 && at >= f.First && at < f.Slots[0] && (at == f.First || e.job.names(at)) {
		e.names(at)
	}
}

// subject is the slot of the window, which is remembered from now on; nil if there are too many.
func (e *Explainer) subject(slot messages.Instant) *subject {
	if i := slices.IndexFunc(e.subjects, func(s *subject) bool { return s.slot == slot }); i >= 0 {
		return e.subjects[i]
	}
	if len(e.subjects) == maxSubjects {
		e.subjects = e.subjects[1:]
	}
	s := &subject{slot: slot}
	e.subjects = append(e.subjects, s)
	return s
}

// decide tells the slots in [first, last], which the present fact has named, what was decided about them.
// The newest slot is always one that is asked about, if nothing else is.
func (e *Explainer) decide(rec messages.Record, first, last messages.Instant, set func(*subject)) {
	if e.q.Run != "" {
		return
	}
	if e.newest() {
		if len(e.subjects) != 1 || e.subjects[0].slot != last || e.subjects[0].decided != rec.Cause {
			e.subjects = []*subject{{slot: last}}
		}
		e.subjects[0].named = rec.Cause
	}
	for _, s := range e.subjects {
		if s.named == rec.Cause && first <= s.slot && s.slot <= last {
			set(s)
			s.decided = rec.Cause
		}
	}
}

func (e *Explainer) skipped(rec messages.Record, d messages.SlotSkipped) {
	first, last := d.First, d.Last
	if d.Count == 1 {
		first, last = d.Slot, d.Slot
	}
	e.decide(rec, first, last, func(s *subject) {
		s.run, s.skip = nil, rec
		s.records = append(s.context(e, d), e.origin(rec)...)
		if e.recentlyBack(rec.At) {
			s.records = append([]messages.Record{e.back}, s.records...)
		}
	})
}

// context is what stood in the slot's way.
func (s *subject) context(e *Explainer, d messages.SlotSkipped) (rs []messages.Record) {
	switch d.Reason {
	case messages.SkipPaused:
		if e.paused != nil {
			rs = append(rs, *e.paused)
		}
	case messages.SkipDisabled:
		if def, rec := e.job.at(d.Last); def != nil {
			rs = append(rs, rec)
		}
	case messages.SkipSessionClosed, messages.SkipRunAllLimit:
		if g := e.gate(e.session()); g.now != nil {
			rs = append(rs, g.now.records...)
		}
	case messages.SkipOverlap, messages.SkipQueueFull:
		if len(e.runs) > 0 {
			r := e.runs[0]
			rs = append(rs, r.queued, r.started)
		}
	}
	return rs
}

// missing notes a slot that the last fact named and that nothing was decided about: it was judged before.
func (e *Explainer) missing() {
	for _, s := range e.subjects {
		if e.fact.Seq != 0 && s.named == e.fact.Seq && s.decided != s.named && s.decided == 0 {
			s.records = []messages.Record{e.fact}
		}
	}
}
