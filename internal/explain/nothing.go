package explain

import (
	"fmt"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// nothing explains why there is nothing to explain: nothing has happened yet, or there is no such slot.
func (e *Explainer) nothing(x *Explanation, s *subject) []messages.Record {
	at := e.target.at
	if at.IsZero() {
		return e.never(x)
	}
	if s != nil {
		x.Slot = s.slot
		x.Verdict = sentence(e.name(s.slot) + " was named again after a later slot had been judged, so it was dropped")
		if s.slot > e.last.At.Add(-time.Second) || s.named == e.fact.Seq {
			x.Verdict = sentence(e.name(s.slot) + " has fallen due and is being judged")
		}
		return s.records
	}
	x.Near = e.near(at)
	d, by := e.job.at(at)
	switch {
	case at > e.now:
		return e.ahead(x)
	case e.q.First > 1 && at < e.q.Began:
		x.Verdict = sentence(fmt.Sprintf("The journal begins at %s (seq %d): what is older was forgotten", e.clock(e.q.Began), e.q.First))
		return nil
	case d == nil && by.Body != nil:
		x.Verdict = sentence(fmt.Sprintf("No slot at %s: the job had been removed at %s", e.clock(at), e.clock(by.At)))
		return []messages.Record{by}
	case d == nil && e.q.First > 1:
		x.Verdict = sentence("No slot at " + e.clock(at) + " that the journal names; how the job was defined then, it has forgotten")
		return nil
	case d == nil:
		if len(e.job.changes) == 0 {
			x.Verdict = sentence("The journal knows no job " + e.q.Job)
			return nil
		}
		by = e.job.changes[0].Record
		x.Verdict = sentence(fmt.Sprintf("No slot at %s: the job was first defined at %s", e.clock(at), e.clock(by.At)))
		return []messages.Record{by}
	case e.job.names(at):
		x.Verdict = e.unseen(at, by)
	default:
		x.Verdict = e.noSlot(at, d)
	}
	if by.Body == nil {
		return nil
	}
	return []messages.Record{by}
}

// unseen is about a slot of the schedule that the journal does not name.
func (e *Explainer) unseen(at messages.Instant, by messages.Record) string {
	name := e.name(at)
	switch {
	case by.At == at:
		return sentence(name + " is the instant at which the job was defined; slots count from behind it")
	case e.q.Live && e.now.Sub(at) < time.Minute:
		return sentence(name + " is being noticed just now")
	case !e.q.Live && at > e.last.At:
		return sentence(fmt.Sprintf("%s has not been judged: no daemon is running; the next one takes it up", name))
	default:
		return sentence(name + " is of the schedule, but nothing in the journal names it")
	}
}

// noSlot says why the schedule has no slot at an instant.
func (e *Explainer) noSlot(at messages.Instant, d *messages.Definition) string {
	none := "No slot at " + e.clock(at)
	if e.target.gap {
		return sentence("The clock never showed that time: it was set forward to "+e.clock(at), e.around())
	}
	spec := scheduler.SpecOf(*d)
	for _, limit := range []struct {
		is   bool
		lift func(*scheduler.Spec)
		why  string
	}{
		{len(spec.Exclude) > 0, func(s *scheduler.Spec) { s.Exclude = nil }, ": the date is in exclude"},
		{spec.ActiveHours != nil, func(s *scheduler.Spec) { s.ActiveHours = nil }, ": it is outside active_hours" + hours(spec.ActiveHours)},
		{!spec.Start.IsZero(), func(s *scheduler.Spec) { s.Start = 0 }, ": the schedule starts at " + e.clock(spec.Start)},
		{!spec.End.IsZero(), func(s *scheduler.Spec) { s.End = 0 }, ": the schedule ended at " + e.clock(spec.End)},
	} {
		lifted := spec
		if limit.lift(&lifted); limit.is && e.has(lifted, at) {
			return sentence(none + limit.why)
		}
	}
	if spec.Expr == "" {
		return sentence(none + ": the job has no schedule")
	}
	s, err := scheduler.Parse(spec)
	if err != nil {
		return sentence(none + ": the schedule is not understood")
	}
	if change, ok := e.changed(at, d); ok {
		return sentence(none + ": the schedule was " + plain(s.Describe(), maxWord) + " then, and was changed at " + e.clock(change))
	}
	return sentence(none+": the schedule is "+plain(s.Describe(), maxWord), e.around())
}

// changed says when a schedule that was in force at an instant was replaced by another; false if it stands.
func (e *Explainer) changed(at messages.Instant, d *messages.Definition) (messages.Instant, bool) {
	for _, c := range e.job.changes {
		if b, ok := c.Body.(messages.JobDefined); ok && c.from > at && (b.Schedule != d.Schedule || b.Timezone != d.Timezone) {
			return c.At, true
		}
	}
	return 0, false
}

func (e *Explainer) has(spec scheduler.Spec, at messages.Instant) bool {
	s, err := scheduler.Parse(spec)
	return err == nil && !within(s, e.target.from, max(at, e.target.to)).IsZero()
}

func hours(h *messages.ActiveHours) string {
	if h == nil {
		return ""
	}
	return " " + h.Start + " to " + h.End
}

// around names the slots next to the target.
func (e *Explainer) around() string {
	n := e.near(e.target.at)
	switch {
	case n.Before.IsZero() && n.After.IsZero():
		return ""
	case n.Before.IsZero():
		return "; the next is " + e.clock(n.After)
	case n.After.IsZero():
		return "; the last was " + e.clock(n.Before)
	}
	return fmt.Sprintf("; near: %s, %s", e.clock(n.Before), e.clock(n.After))
}

// nearby is how far back the schedule is asked for the slot before an instant.
const nearby = 366 * 24 * time.Hour

// near is the slots next to an instant, by the journal and by the schedule of then.
func (e *Explainer) near(at messages.Instant) Near {
	n := Near{Before: e.before, After: e.after}
	s, _, ok := e.job.schedule(at)
	if !ok {
		return n
	}
	if next, ok := s.Next(at.Time()); ok && (n.After.IsZero() || messages.At(next) < n.After) {
		n.After = messages.At(next)
	}
	_, by := e.job.at(at)
	for _, back := range []time.Duration{time.Hour, 25 * time.Hour, 32 * 24 * time.Hour, nearby} {
		if b := within(s, max(by.At+1, at.Add(-back)), at-1); !b.IsZero() {
			n.Before = max(n.Before, b)
			break
		}
	}
	return n
}

// ahead is about an instant to come.
func (e *Explainer) ahead(x *Explanation) []messages.Record {
	at := e.target.at
	d, _ := e.job.at(at)
	if by, gone := e.job.gone(); gone {
		x.Verdict = sentence(fmt.Sprintf("Nothing will happen at %s: the job was removed at %s", e.clock(at), e.clock(by.At)))
		return []messages.Record{by}
	}
	if d == nil || !e.job.names(at) {
		x.Verdict = sentence(fmt.Sprintf("%s lies ahead, and is no slot", e.clock(at)), e.around())
		return nil
	}
	then, rs := e.wouldHappen(d)
	x.Slot = at
	x.Verdict = sentence(fmt.Sprintf("%s lies ahead, in %s; %s", e.name(at), long(at.Sub(e.now)), then))
	return rs
}

// wouldHappen is what would become of a slot if it fell due now.
func (e *Explainer) wouldHappen(d *messages.Definition) (string, []messages.Record) {
	g := e.gate(e.session())
	switch {
	case e.paused != nil:
		return "as things are it would be skipped: the job is paused", []messages.Record{*e.paused}
	case d.Disabled:
		return "as things are it would be skipped: the job is " + disabled, nil
	case g.now != nil && d.OnHold == messages.OnHoldSkip && g.state == gateClosed:
		return "as things are it would be skipped: session " + d.Session + " " + g.now.is(), slices.Clone(g.now.records)
	case g.now != nil && g.state == gateClosed:
		return "as things are it would be held: session " + d.Session + " " + g.now.is(), slices.Clone(g.now.records)
	case len(e.runs) > 0:
		return "a run of the job is not over yet", nil
	}
	return "as things are it would run", nil
}

// never explains why nothing has happened yet.
func (e *Explainer) never(x *Explanation) []messages.Record {
	if e.q.Run != "" {
		x.Verdict = sentence("The journal knows no run " + plain(string(e.q.Run), maxWord) + " of the job")
		return nil
	}
	if by, gone := e.job.gone(); gone {
		x.Verdict = sentence(fmt.Sprintf("The job was removed at %s, and nothing of it had fallen due", e.clock(by.At)))
		return []messages.Record{by}
	}
	d, by := e.job.at(e.now)
	if d == nil {
		x.Verdict = sentence("The journal knows no job " + e.q.Job)
		return nil
	}
	rs := []messages.Record{by}
	text := "Nothing has fallen due yet"
	s, err := scheduler.Parse(scheduler.SpecOf(*d))
	if err != nil || d.Schedule == "" {
		x.Verdict = sentence(text + ": the job has no schedule that is understood")
		return rs
	}
	next, ok := s.Next(e.now.Time())
	if !ok {
		x.Verdict = sentence(text + ", and the schedule has no more slots")
		return rs
	}
	x.Near.After = messages.At(next)
	then, why := e.wouldHappen(d)
	x.Verdict = sentence(fmt.Sprintf("%s; the next slot is %s", text, e.clock(x.Near.After)), "; "+then)
	return append(rs, why...)
}
