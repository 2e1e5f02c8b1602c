package web

import (
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// A badge is a state: an icon and a word, with a colour that only repeats them.
type badge struct {
	Word string
	Tone string // good, bad, care, busy or quiet: a class of assets/style.css
	Icon string // of views/icons.html
}

// gateBadge is the state of a session.
func gateBadge(s messages.GateState) badge {
	b := badge{words.State(s), "good", "check"}
	switch s {
	case messages.StateClosed:
		b.Tone, b.Icon = "bad", "lock"
	case messages.StateProbing:
		b.Tone, b.Icon = "care", "clock"
	}
	return b
}

// statusBadge is the status of a run.
func statusBadge(s messages.Status) badge {
	b := badge{words.State(s), "quiet", "dot"}
	switch s {
	case messages.StatusSucceeded:
		b.Tone, b.Icon = "good", "check"
	case messages.StatusFailed:
		b.Tone, b.Icon = "bad", "cross"
	case messages.StatusStale:
		b.Tone, b.Icon = "care", "warn"
	case messages.StatusRunning:
		b.Tone, b.Icon = "busy", "play"
	case messages.StatusBackingOff:
		b.Tone, b.Icon = "care", "again"
	case messages.StatusHeld:
		b.Tone, b.Icon = "care", "hold"
	case messages.StatusQueued:
		b.Icon = "clock"
	case messages.StatusSkipped:
		b.Icon = "skip"
	case messages.StatusCancelled:
		b.Icon = "stop"
	}
	return b
}

// jobBadge is the state of a job.
func jobBadge(s contract.JobState) badge {
	switch s {
	case contract.JobPaused:
		return badge{words.State(s), "quiet", "pause"}
	case contract.JobIdle:
		return badge{words.State(s), "quiet", "dot"}
	default: // the others are states of its runs
		return statusBadge(messages.Status(s))
	}
}

// failingBadge says that a job fails.
var failingBadge = badge{"failing", "bad", "cross"}
