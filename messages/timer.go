package messages

import "strconv"

// A WakeReason says what a timer is for.
type WakeReason string

// The reasons for a timer.
const (
	WakeRetry      WakeReason = "retry"       // the pause before a run's next attempt is over
	WakeAsk        WakeReason = "ask"         // the time to answer is over
	WakeRelease    WakeReason = "release"     // the next ration of a session's starts
	WakeCanaryWait WakeReason = "canary_wait" // the canary has run long enough
	WakeQuota      WakeReason = "quota"       // the quota is renewed
	WakeCircuit    WakeReason = "circuit"     // one run may try whether the backend answers again; until then none of the session starts
	WakeForecast   WakeReason = "forecast"    // people are to be told that the credential will lapse
	WakeTell       WakeReason = "tell"        // a notification that no target has taken is sent again; the timer has no owner
)

// Timer names a timer: what it is for, whose it is, and when it is due.
type Timer struct {
	Run     RunID      `json:"run"`     // the run that the timer belongs to; empty if it belongs to a session, or to none
	Job     string     `json:"job"`     // the run's job
	Session string     `json:"session"` // the session that the timer belongs to; empty if it belongs to a run, or to none
	Why     WakeReason `json:"why"`
	Due     Instant    `json:"due"`
}

// Owner is the run or the session that the timer belongs to, for keys.
func (t Timer) Owner() string {
	if t.Session != "" {
		return t.Session
	}
	return t.Job
}

// ID is the id of the [Woke] that answers the timer, however often it is published. Cause is the seq of
// the fact from which the timer followed: the same timer may be set twice for one instant.
func (t Timer) ID(cause uint64) string {
	return FactID(Woke{}.Name(), strconv.FormatUint(cause, 10), string(t.Run), t.Session, string(t.Why), t.Due.String())
}

// Woke says that a timer went off. It counts by its due, not by the clock.
type Woke struct {
	Timer
}

// WakeScheduled decides that a timer is to go off.
type WakeScheduled struct {
	Timer
}

// Topic, Name and Key place the message on the bus.
func (Woke) Topic() Topic  { return TopicAttempt }
func (Woke) Name() string  { return "woke.v1" }
func (m Woke) Key() string { return m.Owner() }
func (Woke) fact()         {}

// Topic, Name and Key place the message on the bus.
func (WakeScheduled) Topic() Topic  { return TopicAttempt }
func (WakeScheduled) Name() string  { return "wake.scheduled.v1" }
func (m WakeScheduled) Key() string { return m.Owner() }
func (WakeScheduled) decision()     {}
