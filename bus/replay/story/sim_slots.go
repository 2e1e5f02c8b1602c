package story

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// simSlots is the scheduler actor of a [Sim]: it checks the clock when the next slot is due, at the latest after
// maxSleep, and separates slots that have just fallen due from slots that were missed.
type simSlots struct {
	jobs  map[string]*simJob
	poll  time.Duration // when it checks the clock next
	ahead time.Duration // how far the wall clock was ahead of the time that has passed
}

type simJob struct {
	def  messages.Definition
	s    scheduler.Schedule
	mark scheduler.Mark
}

const (
	maxSleep    = 30 * time.Second
	missedAfter = 60 * time.Second
)

func (p *simSlots) fact(f messages.Fact, wall messages.Instant, mono time.Duration) {
	switch f := f.(type) {
	case messages.JobDefined:
		s, err := scheduler.Parse(f.Timetable(), f.Job)
		if err != nil {
			panic("story: " + err.Error())
		}
		old := p.jobs[f.Job]
		j := &simJob{def: f.Whole(), s: s, mark: scheduler.Mark{Since: wall}}
		if old != nil {
			if j.mark.Since = max(wall, old.mark.Since); old.def.SameSlots(f.Timetable()) {
				j.mark = old.mark
			}
		}
		p.jobs[f.Job] = j
	case messages.ClockSetBack:
		for _, j := range p.jobs {
			j.mark = j.mark.SetBack(f.By.D(), f.To)
		}
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
		if next, ok := j.s.After(j.mark).Next(j.mark.Since.Time()); ok {
			p.poll = min(p.poll, mono+max(0, next.Sub(wall.Time())))
		}
	}
}

// back is the fact that the clock was set back after the last check; nil: it was not.
func (p *simSlots) back(wall messages.Instant, mono time.Duration) messages.Fact {
	ahead := time.Duration(wall-Start)*time.Millisecond - mono
	by := p.ahead - ahead
	if by < scheduler.SetBackMargin {
		p.ahead = max(p.ahead, ahead)
		return nil
	}
	p.ahead = ahead
	return messages.ClockSetBack{By: messages.Duration(by), To: wall}
}

// look is what the scheduler actor publishes when it checks the clock.
func (p *simSlots) look(wall messages.Instant, mono time.Duration) []messages.Fact {
	if mono < p.poll {
		return nil
	}
	if f := p.back(wall, mono); f != nil {
		p.poll = mono // the slots come after that fact
		return []messages.Fact{f}
	}
	return p.due(wall, mono)
}

// due is what the scheduler actor publishes about slots now.
func (p *simSlots) due(wall messages.Instant, mono time.Duration) []messages.Fact {
	var facts []messages.Fact
	var batch messages.SlotsDue
	now := wall.Time()
	for _, name := range slices.Sorted(maps.Keys(p.jobs)) {
		j := p.jobs[name]
		s := j.s.After(j.mark)
		next, ok := s.Next(j.mark.Since.Time())
		if !ok || next.After(now) {
			continue
		}
		m := scheduler.Missed(s, j.mark.Since.Time(), now, j.def.CatchUp.Window.D(), messages.MaxSlotsMissed)
		m.Job = name
		j.mark.Since, j.mark.Judged = m.Slots[len(m.Slots)-1], true
		if len(m.Slots) == 1 && wall.Sub(j.mark.Since) <= missedAfter {
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
