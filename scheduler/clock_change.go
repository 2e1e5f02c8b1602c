package scheduler

import (
	"fmt"
	"time"

	"curfew/messages"
)

// Note says in plain words what a change of the clock does to a slot or right before it; empty if nothing.
// The slot is one that Next has named.
func (s Schedule) Note(slot time.Time) string {
	if s.plan == nil {
		return ""
	}
	nominal := slot.Add(-s.Delay()).Unix()
	for i := range s.rules {
		r := &s.rules[i]
		if r.kind != kindCron {
			continue
		}
		if t, ok := r.next(time.Unix(nominal-1, 0), s.start); ok && t.Unix() == nominal {
			if note := r.note(nominal); note != "" {
				return note
			}
		}
	}
	return ""
}

func (r *rule) note(t int64) string {
	st := r.zone.at(t)
	jump := st.offset - st.before
	switch local := t + st.offset; {
	case jump >= dstLimit || jump <= -dstLimit:
	case jump > 0 && t == st.start && r.inGap(&r.cron, st) && r.cron.fixed && !r.drops():
		return fmt.Sprintf("made up for: the clock goes from %s to %s", clockOf(t+st.before), clockOf(local))
	case jump > 0 && (!r.cron.fixed || r.dst == messages.DSTFirstPass) && t-st.start < secondsOfDay && r.firstAfter(st, t):
		return fmt.Sprintf("the clock goes from %s to %s: there are no slots between", clockOf(st.start+st.before), clockOf(st.start+st.offset))
	case jump < 0 && t < st.start-jump:
		return fmt.Sprintf("second pass: the clock goes from %s back to %s", clockOf(st.start+st.before), clockOf(st.start+st.offset))
	}
	if next := r.zone.at(st.end); next.start == st.end && next.offset < st.offset && t >= st.end-(st.offset-next.offset) &&
		st.offset-next.offset < dstLimit {
		passes := "runs in both"
		if r.cron.fixed && r.dst != messages.DSTRunBoth {
			passes = "runs in the first only"
		}
		return fmt.Sprintf("first of two passes, the clock goes from %s back to %s: %s", clockOf(st.end+st.offset), clockOf(st.end+next.offset), passes)
	}
	if r.cron.fixed && r.drops() {
		return r.noteSkipped(t)
	}
	return ""
}

// firstAfter reports whether t is the rule's first slot of the stretch, and times of it were left out.
func (r *rule) firstAfter(st stretch, t int64) bool {
	first, ok := r.nextCron(st.start - 1)
	return ok && first == t && r.inGap(&r.cron, st)
}

// noteSkipped says that right before a slot one has been left out for good.
func (r *rule) noteSkipped(t int64) string {
	for st, n := r.zone.at(t), 0; n < 2 && st.start > beginning; n++ {
		jump := st.offset - st.before
		if jump > 0 && jump < dstLimit && r.inGap(&r.cron, st) && r.firstAfter(st, t) {
			return fmt.Sprintf("one left out before: on %s the clock goes from %s to %s",
				time.Unix(st.start+st.offset, 0).UTC().Format(time.DateOnly), clockOf(st.start+st.before), clockOf(st.start+st.offset))
		}
		st = r.zone.at(st.start - 1)
	}
	return ""
}

// clockOf is the time of day of a wall-clock time.
func clockOf(local int64) string {
	t := time.Unix(local, 0).UTC()
	if t.Second() != 0 {
		return t.Format(time.TimeOnly)
	}
	return t.Format("15:04")
}
