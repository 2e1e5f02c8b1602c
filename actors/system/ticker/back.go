package ticker

import (
	"time"

	"go.uber.org/zap"

	"curfew/messages"
	"curfew/scheduler"
)

// lookBack compares the wall clock with the monotonic one, which nobody can set. They part when the wall clock is set;
// while the machine is suspended only the wall clock goes on. So the wall clock was set back if it has lost some of what
// it was once ahead.
func (t *ticker) lookBack() {
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

// setBack begins a new epoch: the slots that count now are those of the clock as it is.
func (t *ticker) setBack(f messages.ClockSetBack) {
	SayBack(t.cfg.Logger, f)
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

// SayBack says in the program's log that the clock was set back, and what that means.
func SayBack(l *zap.Logger, f messages.ClockSetBack) {
	what := "fixed times of day that have run do not run again, all others go on at once"
	if f.By.D() >= scheduler.NewClock {
		what = "every job goes by the new time from now on"
	}
	l.Warn("cron: the clock was set back: "+what, zap.Duration("by", f.By.D()), zap.Time("to", f.To.Time()))
}
