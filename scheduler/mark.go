package scheduler

import (
	"slices"
	"time"

	"curfew/messages"
)

// NewClock is from when on a step of the clock back is a new clock: everything is judged from then on, as Vixie cron
// does. By less, what a person set the clock back over is not done twice.
const NewClock = 3 * time.Hour

// SetBackMargin is how far a clock must have been set back to count as set back. What is less, such as a leap second,
// delays a slot by as much and is not worth a word.
const SetBackMargin = 5 * time.Second

// A Mark says up to when the slots of a job have been judged. As long as the clock goes forward that is one instant.
type Mark struct {
	Since  messages.Instant // slots up to here, by the clock as it is; or when the schedule was defined
	Judged bool             // a slot of the present schedule has been judged
	Fixed  messages.Instant // what the clock was set back over: fixed times of day up to here have been judged; none: it was not
	Once   messages.Instant // likewise "at" and "in", which come once, whatever the clock does
}

// SetBack is the mark under a clock that was set back by that much, to that instant. Paces go on at once.
func (m Mark) SetBack(by time.Duration, to messages.Instant) Mark {
	if m.Since > to {
		if m.Judged {
			m.Fixed, m.Once = max(m.Fixed, m.Since), max(m.Once, m.Since)
		}
		m.Since = to
	}
	if by >= NewClock || m.Fixed.Sub(to) >= NewClock {
		m.Fixed = 0
	}
	return m
}

// Plain reports whether Since says it all, at that instant.
func (m Mark) Plain() bool { return m.Fixed <= m.Since && m.Once <= m.Since }

// After is the schedule as it counts for a job with that mark: without the fixed times of day, and the slots that come
// once, which an earlier reading of the clock has judged.
func (s Schedule) After(m Mark) Schedule {
	if s.plan == nil || m.Plain() {
		return s
	}
	p := *s.plan
	p.rules = slices.Clone(p.rules)
	for i := range p.rules {
		r := &p.rules[i]
		switch {
		case r.kind == kindAt || r.kind == kindIn:
			r.mute = m.Once
		case r.kind == kindCron && r.cron.fixed:
			r.mute = m.Fixed
		}
	}
	return Schedule{&p}
}

// muted is the instant after which the rule's slots begin, if that is later than the given one. Slots are compared as
// they are published: later than the expression says, by the delay.
func (r *rule) muted(after time.Time, delay time.Duration) time.Time {
	if r.mute.IsZero() {
		return after
	}
	if until := r.mute.Time().Add(-delay); until.After(after) {
		return until
	}
	return after
}
