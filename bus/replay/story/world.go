package story

import (
	"time"

	"curfew/messages"
	"curfew/supervisor/policy"
)

// A World is where a story happens: the pure machine ([NewSim]) or a whole runtime. Both must print the same text. A
// world is quiet when a method returns: nothing more happens until time passes.
type World interface {
	Now() messages.Instant
	// Publish lets facts happen at this instant, in this order.
	Publish(facts ...messages.Fact) error
	// SignIn brings a credential for a session. It will lapse at that time; zero: the credential does not say.
	SignIn(session, by string, expires messages.Instant) error
	// End lets an attempt return.
	End(f Flight, o Outcome) error
	// Confirm lets the backend accept the first call of an attempt.
	Confirm(f Flight) error
	// SideEffect lets an attempt call a tool.
	SideEffect(f Flight) error
	// Stubborn makes attempts of a job ignore orders to stop until [World.End].
	Stubborn(job string)
	// Answer lets a target take, or refuse for good, the oldest message that waits for it.
	Answer(target string, taken bool) error
	// Advance lets time pass: timers go off and slots fall due.
	Advance(to messages.Instant) error
	// StepClock sets the wall clock forward or back, without time passing.
	StepClock(d time.Duration) error
	// Restart ends the runtime, in order or by a crash, and starts it again at the same instant.
	Restart(crash bool) error
	// Records returns the records that were appended after the last call.
	Records() []messages.Record
	// View calls f with the machine.
	View(f func(*policy.Machine))
}

// A Flight names an attempt in flight: the one of a run or, without a run, the only one of the job.
type Flight struct {
	Job string
	Run messages.RunID
}

// Names reports whether it names an attempt of that run.
func (f Flight) Names(job string, run messages.RunID) bool {
	return f.Job == job && (f.Run == "" || f.Run == run)
}

// Outcome is how an attempt of a story ends.
type Outcome struct {
	Class      messages.Class // empty: success
	RetryAfter time.Duration
	Detail     messages.Detail
	Tokens     int    // cost of the attempt's model calls
	Output     string // of a success
}

// Usage is the cost of the attempt; nil: none.
func (o Outcome) Usage() *messages.Usage {
	if o.Tokens == 0 {
		return nil
	}
	return &messages.Usage{Calls: 1, OutputTokens: o.Tokens}
}

// Start is when stories begin.
var Start = messages.At(time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
