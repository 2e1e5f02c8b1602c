package explain

import (
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// history is the definitions of the job, oldest first.
type history struct {
	fallback *messages.Definition // what is known of it otherwise
	changes  []change             // JobDefined and JobRemoved
}

// change is a record of the job, and from when it counts by the clock as it is: a clock that was set back behind it has
// it count from then.
type change struct {
	messages.Record
	from messages.Instant
}

// maxHistory bounds the definitions that are remembered; the oldest are forgotten but for the first.
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

// at is the definition in force at an instant, and the record that made it; nil if there was none then.
// What was defined before the journal begins is what is known of the job today.
func (h *history) at(i messages.Instant) (*messages.Definition, messages.Record) {
	return h.last(func(c change) bool { return c.from <= i })
}

// before is the definition that a record was decided by; nil if there was none.
func (h *history) before(seq uint64) *messages.Definition {
	d, _ := h.last(func(c change) bool { return c.Seq <= seq })
	return d
}

// last is the definition by the newest change of which in is true.
func (h *history) last(in func(change) bool) (*messages.Definition, messages.Record) {
	var found messages.Record
	for _, c := range h.changes {
		if in(c) {
			found = c.Record
		}
	}
	switch b := found.Body.(type) {
	case messages.JobDefined:
		return &b.Definition, found
	case nil:
		if len(h.changes) == 0 {
			return h.fallback, found
		}
	}
	return nil, found
}

// newest is the definition as it is now or was last; nil if none is known.
func (h *history) newest() *messages.Definition {
	for i := len(h.changes) - 1; i >= 0; i-- {
		if b, ok := h.changes[i].Body.(messages.JobDefined); ok {
			return &b.Definition
		}
	}
	return h.fallback
}

// gone is the record that removed the job, if it is gone.
func (h *history) gone() (messages.Record, bool) {
	if n := len(h.changes); n > 0 {
		_, removed := h.changes[n-1].Body.(messages.JobRemoved)
		return h.changes[n-1].Record, removed
	}
	return messages.Record{}, false
}

// schedule is the schedule at an instant; false if there is none that can be read.
func (h *history) schedule(i messages.Instant) (scheduler.Schedule, *messages.Definition, bool) {
	d, _ := h.at(i)
	if d == nil {
		return scheduler.Schedule{}, nil, false
	}
	s, err := scheduler.Parse(d.Timetable, d.Job)
	return s, d, err == nil
}

// zone is where the job's times are told.
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

// within is the latest slot of a schedule in [from, to]; none if there is none.
func within(s scheduler.Schedule, from, to messages.Instant) messages.Instant {
	newest := scheduler.Missed(s, from.Time().Add(-time.Millisecond), to.Time(), 0, 1).Slots
	if len(newest) == 0 {
		return 0
	}
	return newest[0]
}
