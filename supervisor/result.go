package supervisor

import (
	"go.uber.org/zap"

	"curfew/messages"
)

// tally is what a shard remembers of a job's run to say how it went, as far as this runtime has seen it.
type tally struct {
	run      messages.RunID
	attempts int              // number of its last attempt
	began    messages.Instant // when its first attempt was decided
}

// count takes note of the start of an attempt.
func (t *tally) count(at messages.Instant, a messages.AttemptStarted) {
	if t.run != a.Run {
		*t = tally{run: a.Run, began: at}
	}
	t.attempts = a.Attempt
}

// result says in one line how a run has ended.
func (h *shard) result(at messages.Instant, m messages.RunFinished) {
	k := h.children[m.Job]
	if k == nil {
		return // another shard's
	}
	fields := []zap.Field{zap.String("run", string(m.Run)), zap.String("status", string(m.Status))}
	if m.Reason != "" {
		fields = append(fields, zap.String("reason", string(m.Reason)))
	}
	if t := k.tally; t.run == m.Run {
		fields = append(fields, zap.Int("attempts", t.attempts), zap.Duration("took", max(0, at.Sub(t.began))))
	}
	h.log(m.Job).Info("cron: run finished", fields...)
}
