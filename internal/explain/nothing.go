package explain

import (
	"fmt"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// nothing is the answer if there is no subject: nothing has happened yet, or there is no such slot.
func (e *Explainer) nothing(x *Explanation, s *subject) []messages.Record {
	at := e.target.at
	if at.IsZero() {
		return e.never(x)
	}
	d, by := e.job.at(at)
	if s != nil {
		x.Slot = s.slot
		x.Verdict = sentence(e.name(s.slot) + " was named again after a later slot had been judged, so it was dropped")
		if s.slot > e.last.At.Add(-time.Second) || s.named == e.fact.Seq {
			x.Verdict = sentence(e.name(s.slot) + " has fallen due and is being judged")
		} else if verdict, rs := e.replaced(s.slot, by); rs != nil && rs[len(rs)-1].Seq < s.named {
			x.Verdict = verdict
			return append(rs, s.records...)
		}
		return s.records
	}
	x.Near = e.near(at)
	switch {
	case at > e.now:
		return e.ahead(x)
	case !e.q.AsOf.IsZero() && at < e.q.Began:
		x.Verdict = sentence("What was before " + e.clock(e.q.Began) + " is on the servers of the fleet, which this node does not reach")
		return nil
	case !e.q.AsOf.IsZero() && at > e.q.AsOf && at <= e.now:
		x.Verdict = sentence("What was after " + e.clock(e.q.AsOf) + " this node does not know: it does not reach its fleet")
		return nil
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
		var rs []messages.Record
		if x.Verdict, rs = e.unseen(at, by); by.Body != nil {
			return rs
		}
	default:
		x.Verdict = e.noSlot(at, d)
	}
	if by.Body == nil {
		return nil
	}
	return []messages.Record{by}
}

// ahead is the verdict about an instant in the future.
func (e *Explainer) ahead(x *Explanation) []messages.Record {
	at := e.target.at
	d, _ := e.job.at(at)
	if by, gone := e.job.gone(); gone {
		x.Verdict = sentence(fmt.Sprintf("Nothing will happen at %s: the job was removed at %s", e.clock(at), e.clock(by.At)))
		return []messages.Record{by}
	}
	if d == nil || !e.job.names(at) {
		x.Verdict = sentence(fmt.Sprintf("%s lies ahead, and is not a slot", e.clock(at)), e.around())
		return nil
	}
	then, rs := e.wouldHappen(d)
	x.Slot = at
	x.Verdict = sentence(fmt.Sprintf("%s lies ahead, in %s; %s", e.name(at), long(at.Sub(e.now)), then))
	return rs
}

// wouldHappen says what would become of a slot if it were due now.
func (e *Explainer) wouldHappen(d *messages.Kept) (string, []messages.Record) {
	g := e.gate(e.session())
	switch {
	case e.paused != nil:
		return "as things are it would be skipped: the job is paused", []messages.Record{*e.paused}
	case d.Disabled:
		return "as things are it would be skipped: the job is " + disabled, nil
	case g.now != nil && d.OnHold == messages.OnHoldSkip && g.state == messages.StateClosed:
		return "as things are it would be skipped: session " + d.Session + " is closed", slices.Clone(g.now.records)
	case g.now != nil && g.state == messages.StateClosed:
		return "as things are it would be held: session " + d.Session + " is closed", slices.Clone(g.now.records)
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
	if !e.q.AsOf.IsZero() {
		x.Verdict = sentence("From " + e.clock(e.q.Began) + " on nothing has fallen due, as far as this node knows")
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
	s, err := scheduler.Parse(d.Timetable(), d.Job)
	if err != nil || d.Schedule == "" {
		x.Verdict = sentence(text + ": the job has no schedule that is understood")
		return rs
	}
	if a := d.After; a != nil {
		x.Verdict = sentence(text + ": the job runs " + plain(a.String(), maxQuote))
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
