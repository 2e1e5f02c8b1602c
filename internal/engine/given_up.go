package engine

import (
	"curfew/messages"
	"curfew/scheduler"
	"curfew/supervisor/policy"
)

// givenUp are jobs that a plan gives another schedule before slots of the one until now have been noticed. These slots
// are not caught up: the other schedule counts from now on (decision 0177).
func (p plan) givenUp(jobs []policy.JobGlance, now messages.Instant) (names []string) {
	other := make(map[string]messages.JobDefined, len(p.defined))
	for _, d := range p.defined {
		other[d.Job] = d
	}
	for _, j := range jobs {
		was := j.Definition
		if d, ok := other[was.Job]; !ok || j.Paused || was.CatchUp.Policy == messages.CatchUpNone || was.SameSlots(d.Timetable()) {
			continue
		}
		s, err := scheduler.Parse(was.Timetable(), was.Job)
		if err != nil {
			continue
		}
		if slot, ok := s.After(j.Mark).Next(j.Mark.Since.Time()); ok && !slot.After(now.Time()) {
			names = append(names, was.Job)
		}
	}
	return names
}
