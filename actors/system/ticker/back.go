package ticker

import (
	"time"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/scheduler"
)

// checkSetBack compares the wall clock with the monotonic clock, which cannot be set. Their distance changes when the
// wall clock is set; and while the machine is suspended only the wall clock goes on. So the wall clock was set back if
// it is less far ahead than it once was.
func (t *ticker) checkSetBack() {
	now := t.cfg.Now()
	ahead := now.Round(0).Sub(t.zero) - t.passed(now)
	by := (t.ahead - ahead).Round(time.Millisecond)
	if by < scheduler.SetBackMargin {
		t.ahead = max(t.ahead, ahead)
		return
	}
	t.ahead = ahead
	t.setBack(messages.ClockSetBack{By: messages.Duration(by), To: messages.At(now)})
}

// setBack begins a new epoch: from here on the slots of the clock as it is now count.
func (t *ticker) setBack(f messages.ClockSetBack) {
	LogSetBack(t.cfg.Logger, f)
	t.cfg.Publish(f)
	for id, job := range t.table.names {
		id := int32(id)
		if job == "" || t.table.last[id] <= f.To && t.table.shares(id) {
			continue
		}
		t.table.put(id, t.table.mark(id).SetBack(f.By.D(), f.To))
		next, _ := t.next(id, t.table.last[id])
		t.arm(id, next)
	}
}

// LogSetBack logs that the clock was set back, and what that means for jobs.
func LogSetBack(l *zap.Logger, f messages.ClockSetBack) {
	what := "fixed times of day that have run do not run again, all others go on at once"
	if f.By.D() >= scheduler.NewClock {
		what = "every job goes by the new time from now on"
	}
	l.Warn("cron: the clock was set back: "+what, zap.Duration("by", f.By.D()), zap.Time("to", f.To.Time()))
}
