package recorder

import (
	"context"

	"curfew/actors/system/follow"
)

// rest returns when nobody needs the cores more, a question waits, or the recorder stops.
func (r *Recorder) rest(ctx context.Context) {
	if r.ending || r.questioned() {
		return
	}
	follow.Rest(ctx, r.cfg.Rest, r.asked)
}

// questioned reports whether a question waits.
func (r *Recorder) questioned() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.waiting) > 0
}
