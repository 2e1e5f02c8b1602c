package explain

import (
	"slices"

	"curfew/messages"
)

func (e *Explainer) find(id messages.RunID) *run {
	if i := slices.IndexFunc(e.runs, func(r *run) bool { return r.id == id }); i >= 0 {
		return e.runs[i]
	}
	for _, s := range e.subjects {
		if s.run != nil && s.run.id == id {
			return s.run
		}
	}
	return nil
}

// known is the run with that id. A run whose first records were not added begins here.
func (e *Explainer) known(id messages.RunID) *run {
	r := e.find(id)
	if r == nil {
		r = &run{id: id}
		e.runs = append(e.runs, r)
		if e.q.Run == id {
			e.subjects = []*subject{{run: r}}
		}
	}
	return r
}

// waiting is the run that a person's request joins: the oldest that waits.
func (e *Explainer) waiting() *run {
	if i := slices.IndexFunc(e.runs, (*run).waits); i >= 0 {
		return e.runs[i]
	}
	return nil
}

// runFact notes a fact about an attempt or a timer of a run.
func (e *Explainer) runFact(rec messages.Record) {
	switch f := rec.Body.(type) {
	case messages.AttemptSucceeded, messages.AttemptFailed, messages.AttemptInterrupted, messages.AttemptAbandoned:
		e.returned(messages.RunOf(rec.Body), rec)
	case messages.SideEffectBegan:
		if r := e.find(f.Run); r != nil {
			r.add(rec)
		}
	case messages.Woke:
		if r := e.find(f.Run); r != nil && r.final.Status == "" {
			r.add(rec)
			r.waited = rec
			if f.Why == messages.WakeRetry {
				r.retry = 0
			}
		}
	}
}

func (e *Explainer) returned(id messages.RunID, rec messages.Record) {
	r := e.find(id)
	if r == nil {
		return
	}
	r.add(rec)
	r.flight, r.ended, r.waited = false, rec, rec
	if f, ok := rec.Body.(messages.AttemptFailed); ok && f.Class == messages.ClassSessionExpired {
		if g := e.gate(f.Session); g.now != nil {
			r.meets(g.now)
		}
	}
	e.tidy(r)
}

// tidy drops a finished run from the unfinished ones.
func (e *Explainer) tidy(r *run) {
	if r.final.Status != "" && !r.flight {
		e.runs = slices.DeleteFunc(e.runs, func(o *run) bool { return o == r })
	}
}

// runDecision notes a decision about a run.
func (e *Explainer) runDecision(rec messages.Record) {
	switch d := rec.Body.(type) {
	case messages.RunQueued:
		e.queued(rec, d)
	case messages.RunHeld:
		e.held(rec, d)
	case messages.AttemptStarted:
		r := e.known(d.Run)
		r.add(e.cause(rec), rec)
		r.started, r.flight, r.retry, r.answer, r.holds = rec, true, 0, 0, nil
		if r.slot.IsZero() {
			r.slot = d.Slot
		}
	case messages.WakeScheduled:
		r := e.known(d.Run)
		r.add(e.cause(rec), rec)
		if d.Why == messages.WakeRetry {
			r.retry = d.Due
		} else {
			r.answer = d.Due
		}
	case messages.RunFinished:
		r := e.known(d.Run)
		r.add(e.cause(rec), rec)
		r.final, r.finished, r.retry = d, rec, 0
		if d.Into != "" {
			r.into = e.known(d.Into)
		}
		e.tidy(r)
	case messages.ErrorReported, messages.DeliveryRequested:
		id, _ := runOf(d)
		e.known(id).add(rec)
		e.tells(rec, bearer{run: e.known(id)})
	case messages.NotificationRequested:
		e.known(d.Run).add(rec)
		e.tells(rec, bearer{run: e.known(d.Run)})
		if d.Notice == messages.NoticeJobPaused && d.Again == "" {
			e.pauses(rec, true)
		}
	}
}

func (e *Explainer) queued(rec messages.Record, d messages.RunQueued) {
	r := e.find(d.Run)
	if r == nil || r.whole {
		r = &run{id: d.Run}
		e.runs = append(e.runs, r)
	}
	r.whole, r.queued, r.waited = true, rec, rec
	r.slot, r.first, r.missed, r.trigger, r.beside = d.Slot, d.FirstSlot, d.Missed, d.Trigger, d.Beside
	for _, o := range e.runs {
		if o != r && (o.final.Status == "" || o.flight) {
			r.before = o
			break
		}
	}
	if e.recentlyBack(rec.At) {
		r.add(e.back)
	}
	r.add(e.origin(rec)...)
	e.follows(rec, d.After, d.Slot)
	switch {
	case e.q.Run != "" && e.q.Run == d.Run, d.Trigger == messages.TriggerManual && e.newest():
		e.subjects = []*subject{{run: r, slot: d.Slot, decided: rec.Cause}}
	default:
		e.decide(rec, d.FirstSlot, d.Slot, func(s *subject) { s.run, s.skip = r, messages.Record{} })
	}
}

func (e *Explainer) held(rec messages.Record, d messages.RunHeld) {
	r := e.known(d.Run)
	grown := d.Missed != r.missed || d.Slot != r.slot
	r.slot, r.first, r.missed, r.holds = d.Slot, d.FirstSlot, d.Missed, d.Holds
	r.beside = r.beside && len(d.Holds) == 0
	if slices.Contains(d.Holds, messages.HoldSession) {
		if g := e.gate(e.session()); g.now != nil {
			r.meets(g.now)
		}
	}
	if slices.Contains(d.Holds, messages.HoldPaused) && e.paused != nil {
		r.add(*e.paused)
	}
	e.follows(rec, d.After, d.Slot)
	if grown && e.takesIn(rec, d) {
		taken := false
		e.decide(rec, d.FirstSlot, d.Slot, func(s *subject) {
			if s.run == nil || s.decided != rec.Cause {
				s.run, s.skip, taken = r, messages.Record{}, true
			}
		})
		r.folds(e.origin(rec), taken && !e.newest())
		return
	}
	r.add(e.cause(rec), rec)
}

// takesIn reports whether a run is held for another slot, and not for another run that is folded into it.
func (e *Explainer) takesIn(rec messages.Record, d messages.RunHeld) bool {
	switch e.cause(rec).Body.(type) {
	case messages.SlotsDue, messages.SlotsMissed:
		return true
	default:
		return d.After != nil
	}
}
