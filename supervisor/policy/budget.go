package policy

import "curfew/messages"

// budget is what the model calls of a job have cost in a day.
type budget struct {
	Day    int64 `json:"day"` // days of UTC since the epoch
	Tokens int   `json:"tokens"`
}

// spend adds what an attempt cost. True: the job has just gone over its bound and is paused. A day is one of
// UTC; when a person lets the job go on it may cost as much again.
func (m *Machine) spend(j *job, u *messages.Usage) bool {
	if j == nil || u == nil {
		return false
	}
	if today := day(m.now); j.budget.Day != today {
		j.budget = budget{Day: today}
	}
	j.budget.Tokens = messages.Usage{InputTokens: j.budget.Tokens}.Plus(*u).Tokens()
	if most := j.def.MaxTokensPerDay; most == 0 || j.budget.Tokens <= most || j.paused {
		return false
	}
	j.paused = true
	return true
}
