package explain

import (
	"fmt"
	"time"

	"curfew/messages"
	"curfew/scheduler"
)

// recent is how long after a clock was set back an explanation mentions it.
const recent = 24 * time.Hour

// setBack notes that the clock was set back. Waiting runs get the record, and the slot in question may come again.
func (e *Explainer) setBack(r messages.Record, f messages.ClockSetBack) {
	e.back = r
	e.job.setBack(f.To)
	e.again = e.again || !e.target.at.IsZero() && e.target.at > f.To
	for _, run := range e.runs {
		if run.waits() {
			run.add(r)
		}
	}
}

// recentlyBack reports whether the clock was set back in the day before that time.
func (e *Explainer) recentlyBack(at messages.Instant) bool {
	return e.back.Body != nil && at.Sub(e.back.At) < recent
}

func (e *Explainer) setBackText() string {
	f, _ := e.back.Body.(messages.ClockSetBack)
	return fmt.Sprintf("the clock was set back by %s at %s", long(f.By.D()), e.clock(f.To))
}

func (t *teller) setBack(f messages.ClockSetBack) string {
	what := "fixed times of day that have run are not repeated, everything else goes on at once"
	if f.By.D() >= scheduler.NewClock {
		what = "every job goes by the new time from here on"
	}
	return fmt.Sprintf("the clock is set back by %s: %s", long(f.By.D()), what)
}
