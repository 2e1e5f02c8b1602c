package replay

import (
	"cmp"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// simSlots is the scheduler actor of a [Sim]: it looks at the clock when the next slot is due, at the
// latest after maxSleep, and tells slots that have just fallen due from slots that were missed.
type simSlots struct {
	jobs map[string]*simJob
	poll time.Duration // when it looks next
}

type simJob struct {
	def   messages.Definition
	s     scheduler.Schedule
	since time.Time
}

const (
	maxSleep    = 30 * time.Second
	missedAfter = 60 * time.Second
)

func (p *simSlots) fact(f messages.Fact, wall messages.Instant, mono time.Duration) {
	switch f := f.(type) {
	case messages.JobDefined:
		s, err := scheduler.Parse(scheduler.SpecOf(f.Definition))
		if err != nil {
			panic("story: " + err.Error())
		}
		old := p.jobs[f.Job]
		j := &simJob{def: f.Definition, s: s, since: wall.Time()}
		if old != nil {
			if old.def.SameSlots(f.Definition) || old.since.After(j.since) {
				j.since = old.since
			}
		}
		p.jobs[f.Job] = j
	case messages.JobRemoved:
		delete(p.jobs, f.Job)
	default:
		return
	}
	p.arm(wall, mono)
}

func (p *simSlots) arm(wall messages.Instant, mono time.Duration) {
	p.poll = mono + maxSleep
	for _, j := range p.jobs {
		if next, ok := j.s.Next(j.since); ok {
			p.poll = min(p.poll, mono+max(0, next.Sub(wall.Time())))
		}
	}
}

// due is what the scheduler actor publishes now.
func (p *simSlots) due(wall messages.Instant, mono time.Duration) []messages.Fact {
	if mono < p.poll {
		return nil
	}
	var facts []messages.Fact
	var batch messages.SlotsDue
	now := wall.Time()
	for _, name := range sortedKeys(p.jobs) {
		j := p.jobs[name]
		next, ok := j.s.Next(j.since)
		if !ok || next.After(now) {
			continue
		}
		m := scheduler.Missed(j.s, j.since, now, j.def.CatchUp.Window.D(), messages.MaxSlotsMissed)
		m.Job = name
		j.since = m.Slots[len(m.Slots)-1].Time()
		if len(m.Slots) == 1 && now.Sub(j.since) <= missedAfter {
			batch.Slots = append(batch.Slots, messages.JobSlot{Job: name, Slot: m.Slots[0]})
			continue
		}
		facts = append(facts, m)
	}
	slices.SortStableFunc(batch.Slots, func(a, b messages.JobSlot) int { return cmp.Compare(a.Slot, b.Slot) })
	if len(batch.Slots) > 0 {
		facts = append(facts, batch)
	}
	p.arm(wall, mono)
	return facts
}
