package explain

import (
	"fmt"

	"curfew/messages"
	"curfew/scheduler"
)

// absence is the time without a daemon in which the target lies: from the last stop before the first start after it.
type absence struct {
	stop  messages.Record // without a body: the daemon before did not stop in order
	start messages.Record // without a body: no daemon has started since
}

// daemon notes an orderly stop, or a start.
func (e *Explainer) daemon(r messages.Record) {
	switch b := r.Body.(type) {
	case messages.RuntimeStopped:
		if e.absent.start.Body == nil {
			e.absent.stop = r
		}
	case messages.RuntimeConfigured:
		switch {
		case b.Reloaded || e.absent.start.Body != nil:
		case r.At < e.target.at:
			e.absent.stop = messages.Record{}
		default:
			e.absent.start = r
		}
	}
}

// replaced says that a slot was of a schedule that was given up before anybody noticed the slot. By is the definition that
// has it. Rs are the records of that, the newest last; none: it was not so.
func (e *Explainer) replaced(at messages.Instant, by messages.Record) (verdict string, rs []messages.Record) {
	c, what, ok := e.givenUp(by)
	if !ok {
		return "", nil
	}
	text := e.name(at) + " is not caught up: "
	stop, start := e.absent.stop, e.absent.start
	switch {
	case e.nodes != nil || start.Body == nil || start.Seq > c.Seq || c.At.Sub(start.At) > justStarted || stop.Body != nil && stop.At > at:
		return sentence(text + "nobody had noticed it at " + e.clock(c.At) + ", when the job " + what), []messages.Record{by, c}
	case stop.Body == nil:
		return sentence(text + "no daemon noticed it before the start at " + e.clock(start.At) + ", when the job " + what), []messages.Record{by, start, c}
	}
	text += fmt.Sprintf("no daemon ran from %s to %s, and then the job %s", e.clock(stop.At), e.clock(start.At), what)
	return sentence(text), []messages.Record{by, stop, start, c}
}

// givenUp is the record by which the schedule of a definition was given up, and what it did to the job; false: it was not.
func (e *Explainer) givenUp(by messages.Record) (c messages.Record, what string, ok bool) {
	d, defined := by.Body.(messages.JobDefined)
	if !defined {
		return c, "", false
	}
	for _, c := range e.job.changes {
		if c.Seq <= by.Seq {
			continue
		}
		switch b := c.Body.(type) {
		case messages.JobRemoved:
			return c.Record, "was removed", true
		case messages.JobDefined:
			if d.SameSlots(b.Timetable()) {
				continue
			}
			what := "got another schedule"
			if s, err := scheduler.Parse(b.Timetable(), b.Job); err == nil {
				what += " (" + plain(s.Describe(), maxWord) + ")"
			}
			return c.Record, what + ", which counts from then on", true
		}
	}
	return c, "", false
}
