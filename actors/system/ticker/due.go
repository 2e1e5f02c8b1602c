package ticker

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/scheduler"
)

// slot is a job's oldest slot that has fallen due and was not published.
type slot struct {
	due    messages.Instant
	next   messages.Instant // the one after it; none: it was the last
	id     int32
	missed bool // when this tick began
}

// late reports whether the slot is missed: another slot of the job has passed since, or it was noticed too late to be
// due.
func (s slot) late(now messages.Instant) bool {
	return !s.next.IsZero() && s.next <= now || now.Sub(s.due) > MissedAfter
}

// publishDue publishes every slot that has passed: first the missed ones, job by job, then those that have just fallen
// due, the slots of an instant together and sorted by job.
func (t *ticker) publishDue() {
	now := messages.At(t.cfg.Now())
	t.pending = t.pending[:0]
	t.armed.Expire(now, func(id int32, due messages.Instant) {
		t.pending = append(t.pending, slot{id: id, due: due})
	})
	if len(t.pending) == 0 {
		return
	}
	t.order(now)
	missed := 0
	for chunk := range slices.Chunk(t.pending, messages.MaxSlotsDue) {
		missed += t.publish(chunk)
	}
	clear(t.spans)
	if missed > 0 {
		t.cfg.Logger.Info("cron: slots were missed", zap.Int("jobs", missed))
	}
}

// order fills in the slot after each slot and sorts the slots for publishing.
func (t *ticker) order(now messages.Instant) {
	// By number first: that is cheap, it puts jobs of one schedule together, and it is nearly the final order, as ids
	// mostly follow names.
	slices.SortFunc(t.pending, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.id, b.id))
	})
	for i := range t.pending {
		s := &t.pending[i]
		if i > 0 && t.pending[i-1].due == s.due && t.table.plans[t.pending[i-1].id] == t.table.plans[s.id] &&
			t.table.shares(t.pending[i-1].id) && t.table.shares(s.id) {
			s.next = t.pending[i-1].next
		} else {
			s.next, _ = t.next(s.id, s.due)
		}
		s.missed = s.late(now)
	}
	slices.SortFunc(t.pending, t.compare)
}

func (t *ticker) compare(a, b slot) int {
	switch {
	case a.missed != b.missed && a.missed:
		return -1
	case a.missed != b.missed:
		return 1
	case !a.missed && a.due != b.due:
		return cmp.Compare(a.due, b.due)
	default:
		return strings.Compare(t.table.names[a.id], t.table.names[b.id])
	}
}

// publish publishes at most MaxSlotsDue slots by the clock's present reading, and returns how many of them were missed.
// To sort many slots took time, and the machine may have been suspended: a slot that was due when the tick began may be
// missed now, or, if the clock was set back, no longer due.
func (t *ticker) publish(chunk []slot) (missed int) {
	now := messages.At(t.cfg.Now())
	batch := make([]messages.JobSlot, 0, len(chunk))
	for _, s := range chunk {
		switch {
		case s.due > now:
			t.armed.Arm(s.id, s.due)
		case s.late(now):
			missed++
			t.publishMissed(s)
		default:
			batch = append(batch, messages.JobSlot{Job: t.table.names[s.id], Slot: s.due})
			t.advance(s.id, s.due, s.next)
		}
	}
	if len(batch) > 0 {
		t.cfg.Publish(messages.SlotsDue{Slots: batch})
	}
	return missed
}

// advance moves the job past a slot that is being published.
func (t *ticker) advance(id int32, slot, next messages.Instant) {
	t.table.publish(id, slot)
	t.arm(id, next)
}

type (
	// spanKey is a schedule and the oldest slot of it that was missed.
	spanKey struct {
		plan int32
		from messages.Instant
	}
	// span are the missed slots of a schedule, without a job.
	span struct {
		messages.SlotsMissed
		next messages.Instant // the slot after them; none: there is none
	}
)

// maxSpans bounds the spans that are kept for other jobs of the same schedule; each has at most 8 KB.
const maxSpans = 256

// publishMissed publishes the missed slots of a job, from the given one on.
func (t *ticker) publishMissed(s slot) {
	now := messages.At(t.cfg.Now())
	if s.due > now {
		t.armed.Arm(s.id, s.due)
		return
	}
	m := t.span(s, now)
	t.advance(s.id, m.Slots[len(m.Slots)-1], m.next)
	f := m.SlotsMissed
	f.Job, f.First, f.Slots = t.table.names[s.id], s.due, slices.Clone(m.Slots)
	t.cfg.Publish(f)
}

// span finds the slots in [s.due, now], once for all jobs that missed the same ones.
func (t *ticker) span(s slot, now messages.Instant) span {
	key := spanKey{plan: t.table.plans[s.id], from: s.due}
	shared := t.table.shares(s.id)
	if m, ok := t.spans[key]; ok && shared && m.Slots[len(m.Slots)-1] <= now && (m.next.IsZero() || m.next > now) {
		return m
	}
	if len(t.spans) >= maxSpans {
		clear(t.spans)
	}
	plan := t.table.schedules[t.table.plans[s.id]]
	before := s.due.Time().Add(-time.Millisecond)
	m := span{SlotsMissed: scheduler.Missed(t.table.schedule(s.id), before, now.Time(), plan.like.CatchUp.Window.D(),
		messages.MaxSlotsMissed)}
	m.next, _ = t.next(s.id, m.Slots[len(m.Slots)-1])
	if shared {
		t.spans[key] = m
	}
	return m
}
