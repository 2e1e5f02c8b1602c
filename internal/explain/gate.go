package explain

import (
	"time"

	"curfew/messages"
)

// gate is the state of a session by the records so far.
type gate struct {
	state  messages.GateState // empty: nothing is known
	now    *outage            // the present outage; nil: the gate is open, or nothing is known
	canary messages.AttemptStarted
}

// outage is a time in which a gate is not open: from a close to the opening, or to the next close if the canary was
// refused.
type outage struct {
	session string
	first   messages.GateClosed // what closed the gate
	closed  messages.GateClosed // why it is closed now: a sign-out may follow an expiry, and an expiry a quota
	by      messages.Record     // the fact that closed it, if it is known
	since   messages.Record     // the GateClosed
	records []messages.Record
	opened  uint64 // seq of the GateOpened; 0: not yet, or it was closed again
}

// maxOutage bounds the records of an outage, since there may be many sign-ins while it is probing.
const maxOutage = 64

func (o *outage) add(rs ...messages.Record) {
	for _, r := range rs {
		if r.Body != nil && len(o.records) < maxOutage {
			o.records = append(o.records, r)
		}
	}
}

func (e *Explainer) gate(session string) *gate {
	g := e.sessions[session]
	if g == nil {
		g = &gate{}
		e.sessions[session] = g
	}
	return g
}

// session is the session of the job at present; empty: none.
func (e *Explainer) session() string {
	if d := e.job.newest(); d != nil && d.Gated {
		return d.Session
	}
	return ""
}

// cause is the fact from which a decision follows, if it was added.
func (e *Explainer) cause(r messages.Record) messages.Record {
	if e.fact.Seq == r.Cause {
		return e.fact
	}
	return messages.Record{}
}

// justStarted is how long after a start a report of missed slots is about the time before the start.
const justStarted = time.Minute

// origin is a decision with the fact from which it follows. If slots were missed because no runtime was running, the
// start of the runtime is there, too.
func (e *Explainer) origin(r messages.Record) []messages.Record {
	c := e.cause(r)
	if m, ok := c.Body.(messages.SlotsMissed); ok && m.Backfill == "" && e.conf.Seq != 0 && c.At.Sub(e.conf.At) <= justStarted {
		return []messages.Record{e.conf, c, r}
	}
	return []messages.Record{c, r}
}

// gates notes a decision about a session; false: the record is not one.
func (e *Explainer) gates(r messages.Record) bool {
	switch d := r.Body.(type) {
	case messages.GateClosed:
		e.closes(r, d)
	case messages.GateProbing:
		g := e.gate(d.Session)
		g.state, g.canary = messages.StateProbing, messages.AttemptStarted{}
		if g.now != nil {
			g.now.add(e.cause(r), r)
		}
	case messages.GateOpened:
		g := e.gate(d.Session)
		if g.now != nil {
			switch c := e.cause(r); c.Body.(type) {
			case messages.SessionConfirmed, messages.Woke, messages.RuntimeConfigured:
				g.now.add(c)
			}
			g.now.add(r)
			g.now.opened = r.Seq
		}
		g.state, g.now = messages.StateOpen, nil
	case messages.NotificationRequested:
		if d.Job == "" && d.Notice != messages.NoticeSessionSummary {
			if g := e.gate(d.Session); g.now != nil {
				g.now.add(r)
				e.tells(r, bearer{outage: g.now})
			}
			return true
		}
		return d.Job != e.q.Job
	default:
		return false
	}
	return true
}

// closes begins an outage, also for the runs that wait now. If the gate is closed already the outage goes on.
func (e *Explainer) closes(r messages.Record, d messages.GateClosed) {
	g := e.gate(d.Session)
	if g.state != messages.StateClosed || g.now == nil {
		g.now = &outage{session: d.Session, first: d, by: e.cause(r), since: r}
	}
	g.now.closed = d
	g.state = messages.StateClosed
	g.now.add(e.cause(r), r)
	if d.Session != e.session() {
		return
	}
	for _, run := range e.runs {
		if run.waits() {
			run.meets(g.now)
		}
	}
}
