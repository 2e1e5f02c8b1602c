package policy

import "curfew/messages"

// budget is what the model calls of a job have cost in a day.
type budget struct {
	Day    int64 `json:"day"` // days of UTC since the epoch
	Tokens int   `json:"tokens"`
}

// applyUsage adds what an attempt cost to its job's account, and says why the job is paused by it; empty: it is not. A
// day is one of UTC. When a person lets the job go on it may cost as much again.
func (m *Machine) applyUsage(j *job, u *messages.Usage) (pause string) {
	if j == nil || u == nil {
		return ""
	}
	b := &j.applySeldom().Budget
	if today := day(m.now); b.Day != today {
		*b = budget{Day: today}
	}
	b.Tokens = messages.Usage{InputTokens: b.Tokens}.Plus(*u).Tokens()
	if most := j.Def.MaxTokensPerDay; most == 0 || b.Tokens <= most || j.Paused {
		return ""
	}
	j.Paused = true
	return messages.ReasonBudget
}
