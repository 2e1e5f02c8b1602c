package supervisor

import (
	"time"

	"go.uber.org/zap"

	"curfew/messages"
)

// tally is what a shard remembers of a child's run, for the log line at its end. It covers what this runtime has seen of
// the run.
type tally struct {
	attempts int              // number of its last attempt
	began    messages.Instant // when its first attempt was decided
	since    messages.Instant // when the attempt in flight was decided; zero: none is
	worked   time.Duration    // the time of the attempts that have returned
}

// count notes the start of an attempt.
func (t *tally) count(at messages.Instant, a messages.AttemptStarted) {
	if t.attempts == 0 {
		t.began = at
	}
	t.attempts, t.since = a.Attempt, at
}

// end notes the end of an attempt, or of its run.
func (t *tally) end(at messages.Instant) {
	if !t.since.IsZero() {
		t.worked, t.since = t.worked+max(0, at.Sub(t.since)), 0
	}
}

// logResult logs in one line how a run has ended.
func (h *shard) logResult(at messages.Instant, m messages.RunFinished) {
	k := h.performs(m.Job, m.Run)
	if k == nil && h.children[m.Job] == nil {
		return // another shard's
	}
	line := h.s.cfg.Logger.Check(zap.InfoLevel, "cron: run finished")
	if line == nil {
		return
	}
	fields := []zap.Field{zap.String("job", m.Job), zap.String("run", string(m.Run)), zap.String("status", string(m.Status))}
	if m.Reason != "" {
		fields = append(fields, zap.String("reason", string(m.Reason)))
	}
	if k != nil && k.tally.attempts > 0 {
		t := &k.tally
		t.end(at)
		fields = append(fields, zap.Int("attempts", t.attempts), zap.Duration("took", t.worked))
		if waited := at.Sub(t.began) - t.worked; waited >= time.Second { // for a hold, or between attempts
			fields = append(fields, zap.Duration("waited", waited))
		}
	}
	line.Write(fields...)
}
