package web

import "curfew/internal/words"

// A badge is a state: an icon and a word, with a colour that only repeats them.
type badge struct {
	Word string
	Tone string // good, bad, care, busy or quiet: a class of assets/style.css
	Icon string // of views/icons.html
}

// looks are how states look that are not quiet, with a dot: those of runs, jobs, job actors and sessions. A word looks
// the same wherever it stands.
var looks = map[string]struct{ tone, icon string }{
	"succeeded": {"good", "check"}, "failed": {"bad", "cross"}, "stale": {"care", "warn"}, "running": {"busy", "play"},
	"backing_off": {"care", "again"}, "held": {"care", "hold"}, "queued": {"quiet", "clock"}, "skipped": {"quiet", "skip"},
	"cancelled": {"quiet", "stop"}, "paused": {"quiet", "pause"},
	"suspended": {"care", "hold"}, "parked": {"care", "clock"}, "stopping": {"quiet", "stop"},
	"open": {"good", "check"}, "probing": {"care", "clock"}, "closed": {"bad", "lock"},
}

// badgeOf is the badge of a state.
func badgeOf[T ~string](state T) badge {
	if l, ok := looks[string(state)]; ok {
		return badge{words.State(state), l.tone, l.icon}
	}
	return badge{words.State(state), "quiet", "dot"}
}

// failingBadge says that a job fails.
var failingBadge = badge{"failing", "bad", "cross"}
