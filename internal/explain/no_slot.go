package explain

import (
	"cmp"
	"fmt"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// unseen is the verdict about a slot of the schedule that the journal does not name, and its records.
func (e *Explainer) unseen(at messages.Instant, by messages.Record) (string, []messages.Record) {
	name := e.name(at)
	if by.At == at {
		return sentence(name + " is the instant at which the job was defined; slots count from behind it"), []messages.Record{by}
	}
	if verdict, rs := e.replaced(at, by); rs != nil {
		return verdict, rs
	}
	text := name + " is of the schedule, but nothing in the journal names it"
	switch {
	case e.q.Live && e.now.Sub(at) < time.Minute:
		text = name + " is being noticed just now"
	case !e.q.Live && at > e.last.At:
		text = name + " has not been judged: no daemon is running; the next one takes it up"
	}
	return sentence(text), []messages.Record{by}
}

// noSlot says why the schedule has no slot at an instant.
func (e *Explainer) noSlot(at messages.Instant, d *messages.Kept) string {
	none := "No slot at " + e.clock(at)
	if e.target.gap {
		return sentence("The clock never showed that time: it was set forward to "+e.clock(at), e.around())
	}
	table := d.Timetable()
	for _, limit := range []struct {
		is   bool
		lift func(*messages.Timetable)
		why  string
	}{
		{len(table.Exclude) > 0, func(t *messages.Timetable) { t.Exclude = nil }, ": the date is in exclude"},
		{table.ActiveHours != nil, func(t *messages.Timetable) { t.ActiveHours = nil }, ": it is outside active_hours" + hours(table.ActiveHours)},
		{table.Days == messages.DaysAnd, func(t *messages.Timetable) { t.Days = messages.DaysOr }, ": days is and, and one of the day fields has another day"},
		{
			table.DST != messages.DSTRunBoth, func(t *messages.Timetable) { t.DST = messages.DSTRunBoth },
			": a change of the clock leaves it out with dst: " + string(cmp.Or(table.DST, messages.DSTVixie)),
		},
		{!table.Start.IsZero(), func(t *messages.Timetable) { t.Start = 0 }, ": the schedule starts at " + e.clock(table.Start)},
		{!table.End.IsZero(), func(t *messages.Timetable) { t.End = 0 }, ": the schedule ended at " + e.clock(table.End)},
	} {
		lifted := table
		if limit.lift(&lifted); limit.is && e.has(lifted, d.Job, at) {
			return sentence(none + limit.why)
		}
	}
	if table.Schedule == "" {
		return sentence(none + ": the job has no schedule")
	}
	s, err := scheduler.Parse(table, d.Job)
	if err != nil {
		return sentence(none + ": the schedule is not understood")
	}
	if change, ok := e.changed(at, d); ok {
		return sentence(none + ": the schedule was " + plain(s.Describe(), maxWord) + " then, and was changed at " + e.clock(change))
	}
	return sentence(none+": the schedule is "+plain(s.Describe(), maxWord), e.around())
}

// changed says when the schedule that was in force at an instant was replaced; false: it was not.
func (e *Explainer) changed(at messages.Instant, d *messages.Kept) (messages.Instant, bool) {
	for _, c := range e.job.changes {
		if b, ok := c.Body.(messages.JobDefined); ok && c.from > at && !b.SameSlots(d.Timetable()) {
			return c.At, true
		}
	}
	return 0, false
}

func (e *Explainer) has(t messages.Timetable, job string, at messages.Instant) bool {
	s, err := scheduler.Parse(t, job)
	return err == nil && !within(s, e.target.from, max(at, e.target.to)).IsZero()
}

func hours(h *messages.ActiveHours) string {
	if h == nil {
		return ""
	}
	return " " + h.Start + " to " + h.End
}

// around names the slots before and after the target.
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

// nearby is how far back the slot before an instant is looked for.
const nearby = 366 * 24 * time.Hour

// near is the slots before and after an instant, by the journal and by the schedule that was in force.
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
