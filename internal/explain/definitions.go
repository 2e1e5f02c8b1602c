package explain

import (
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// history is the definitions of the job in time.
type history struct {
	fallback *messages.Kept // the job as the machine knows it, if the journal has no definition
	changes  []change       // JobDefined and JobRemoved
}

// change is a record that defines or removes the job, and the instant from which it is in force. If the clock was set
// back to before the record, it is in force from there on.
type change struct {
	messages.Record
	from messages.Instant
}

// maxHistory bounds the definitions that are kept: the first and the newest.
const maxHistory = 1024

func (h *history) add(job string, r messages.Record) {
	switch b := r.Body.(type) {
	case messages.JobDefined:
		if b.Job != job {
			return
		}
	case messages.JobRemoved:
		if b.Job != job {
			return
		}
	default:
		return
	}
	if h.changes = append(h.changes, change{r, r.At}); len(h.changes) > maxHistory {
		h.changes = append(h.changes[:1], h.changes[2:]...)
	}
}

func (h *history) setBack(to messages.Instant) {
	for i := range h.changes {
		h.changes[i].from = min(h.changes[i].from, to)
	}
}

// at is the definition in force at an instant and its record; nil: there was none. Without any record it is the present
// definition of the job.
func (h *history) at(i messages.Instant) (*messages.Kept, messages.Record) {
	return h.last(func(c change) bool { return c.from <= i })
}

// before is the definition that was in force when a record was written; nil: there was none.
func (h *history) before(seq uint64) *messages.Kept {
	d, _ := h.last(func(c change) bool { return c.Seq <= seq })
	return d
}

// last is the definition by the newest change for which in is true.
func (h *history) last(in func(change) bool) (*messages.Kept, messages.Record) {
	var found messages.Record
	for _, c := range h.changes {
		if in(c) {
			found = c.Record
		}
	}
	switch b := found.Body.(type) {
	case messages.JobDefined:
		return b.Kept, found
	case nil:
		if len(h.changes) == 0 {
			return h.fallback, found
		}
	}
	return nil, found
}

// newest is the present or the last definition; nil: none is known.
func (h *history) newest() *messages.Kept {
	for i := len(h.changes) - 1; i >= 0; i-- {
		if b, ok := h.changes[i].Body.(messages.JobDefined); ok {
			return b.Kept
		}
	}
	return h.fallback
}

// gone is the record that removed the job, if it is removed.
func (h *history) gone() (messages.Record, bool) {
	if n := len(h.changes); n > 0 {
		_, removed := h.changes[n-1].Body.(messages.JobRemoved)
		return h.changes[n-1].Record, removed
	}
	return messages.Record{}, false
}

// schedule is the schedule in force at an instant; false: there is none, or it is not valid.
func (h *history) schedule(i messages.Instant) (scheduler.Schedule, *messages.Kept, bool) {
	d, _ := h.at(i)
	if d == nil {
		return scheduler.Schedule{}, nil, false
	}
	s, err := scheduler.Parse(d.Timetable(), d.Job)
	return s, d, err == nil
}

// zone is the time zone for the job's times.
func (h *history) zone(now messages.Instant) *time.Location {
	if s, _, ok := h.schedule(now); ok {
		return s.Location()
	}
	if d := h.newest(); d != nil {
		if loc, err := time.LoadLocation(d.Timezone); err == nil {
			return loc
		}
	}
	return time.UTC
}

// within is the latest slot of a schedule in [from, to]; zero: there is none.
func within(s scheduler.Schedule, from, to messages.Instant) messages.Instant {
	newest := scheduler.Missed(s, from.Time().Add(-time.Millisecond), to.Time(), 0, 1).Slots
	if len(newest) == 0 {
		return 0
	}
	return newest[0]
}
