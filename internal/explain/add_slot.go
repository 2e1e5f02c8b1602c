package explain

import (
	"slices"

	"curfew/messages"
)

// names notes a slot that a fact names.
func (e *Explainer) names(slot messages.Instant) { e.namedBy(e.fact.Seq, slot) }

// follows notes a slot that the end of another job's run has made: only the decision about it tells of it.
func (e *Explainer) follows(rec messages.Record, after *messages.Followed, slot messages.Instant) {
	if after != nil {
		e.namedBy(rec.Cause, slot)
	}
}

func (e *Explainer) namedBy(seq uint64, slot messages.Instant) {
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
			s.named = seq
		}
	}
}

// misses notes missed slots. Those that the fact does not name follow from the schedule.
func (e *Explainer) misses(f messages.SlotsMissed) {
	for _, s := range f.Slots {
		e.names(s)
	}
	if at := e.target.at; f.More > 0 && at >= f.First && at < f.Slots[0] && (at == f.First || e.job.names(at)) {
		e.names(at)
	}
}

// subject is the subject of a slot in the window. If there are too many, the oldest is dropped.
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

// decide notes for the slots in [first, last] that the present fact has named what was decided about them. If the
// question is about the newest slot, last becomes the subject.
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
	e.follows(rec, d.After, last)
	e.decide(rec, first, last, func(s *subject) {
		s.run, s.skip = nil, rec
		s.records = append(s.context(e, d), e.origin(rec)...)
		if e.recentlyBack(rec.At) {
			s.records = append([]messages.Record{e.back}, s.records...)
		}
	})
}

// context is the records of what prevented the slot from running.
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

// missing notes a slot that the last fact named without a decision: it had been decided before.
func (e *Explainer) missing() {
	for _, s := range e.subjects {
		if e.fact.Seq != 0 && s.named == e.fact.Seq && s.decided != s.named && s.decided == 0 {
			s.records = []messages.Record{e.fact}
		}
	}
}
