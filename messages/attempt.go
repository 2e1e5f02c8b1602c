package messages

// A Class says what kind of failure ended an attempt.
type Class string

// The failure classes.
const (
	ClassSessionExpired Class = "session_expired"
	ClassPermanent      Class = "permanent"
	ClassTransient      Class = "transient"
	ClassRateLimited    Class = "rate_limited"
	ClassTimeout        Class = "timeout"
	ClassInterrupted    Class = "interrupted"
	ClassPanic          Class = "panic"
)

// MaxOutput is the bound of the output of an attempt on the bus, in bytes; the newest part is kept.
const MaxOutput = 64 << 10

// MaxError is the bound of an error text on the bus, in bytes.
const MaxError = 4 << 10

// AttemptRef names one try of a run.
type AttemptRef struct {
	Run         RunID  `json:"run"`
	Job         string `json:"job"`
	Attempt     int    `json:"attempt"`     // from 1
	Incarnation uint64 `json:"incarnation"` // of the actor that ran it; grows with each restart of the actor, across restarts of the runtime too
}

// AttemptSucceeded says that an attempt returned without an error.
type AttemptSucceeded struct {
	AttemptRef
	Called bool   `json:"called"`         // whether the actor was run at all
	Output string `json:"output"`         // at most 64 KiB
	Usage  *Usage `json:"usage,omitzero"` // null: it called no model, or does not say
	Trace  []Step `json:"trace,omitzero"` // what an agent did; bounded by [MaxSteps] and [MaxTrace]
	Left   *Left  `json:"left,omitzero"`  // what it left running in the background; null: nothing
}

// AttemptFailed says that an attempt failed.
type AttemptFailed struct {
	AttemptRef
	Class      Class    `json:"class"`
	Error      string   `json:"error"`           // at most 4 KiB, redacted
	Called     bool     `json:"called"`          // false: stopped at the door, the actor was never run
	Session    string   `json:"session"`         // of the attempt; empty for ungated kinds
	Generation uint64   `json:"generation"`      // of the attempt's session
	RetryAfter Duration `json:"retry_after"`     // what the server asked for; 0: nothing
	Output     string   `json:"output"`          // at most 64 KiB
	Detail     Detail   `json:"detail,omitzero"` // what the rules need to know besides the class
	Usage      *Usage   `json:"usage,omitzero"`  // null: it called no model, or does not say
	Trace      []Step   `json:"trace,omitzero"`  // what an agent did; bounded by [MaxSteps] and [MaxTrace]
	Left       *Left    `json:"left,omitzero"`   // what it left running in the background; null: nothing
}

// AttemptInterrupted says that an attempt ended without a result: it was cancelled, or the runtime
// stopped or crashed under it.
type AttemptInterrupted struct {
	AttemptRef
	Why    InterruptReason `json:"why"`
	Called bool            `json:"called"`
	Output string          `json:"output"`
	Usage  *Usage          `json:"usage,omitzero"` // null: it called no model, or does not say
	Trace  []Step          `json:"trace,omitzero"` // what an agent did; bounded by [MaxSteps] and [MaxTrace]
	Left   *Left           `json:"left,omitzero"`  // what it left running in the background; null: nothing
}

// An InterruptReason says what interrupted an attempt.
type InterruptReason string

// The reasons.
const (
	InterruptCancelled InterruptReason = "cancelled" // it obeyed a cancel
	InterruptStopped   InterruptReason = "stopped"   // the runtime was shutting down
	InterruptCrashed   InterruptReason = "crashed"   // found at the start after a crash
	InterruptLate      InterruptReason = "late"      // an abandoned attempt returned after all
	InterruptLost      InterruptReason = "lost"      // the node that performed it is gone
)

// AttemptAbandoned says that an attempt did not return within the grace after the order to stop. It
// is fenced: whatever it still does counts for nothing, and its place in the lane is free.
type AttemptAbandoned struct {
	AttemptRef
}

// SideEffectBegan says that an attempt called a tool that is not read-only, for the first time.
type SideEffectBegan struct {
	AttemptRef
	Tool string `json:"tool"`
}

// AttemptStarted decides that a run's next attempt begins.
type AttemptStarted struct {
	Run        RunID   `json:"run"`
	Job        string  `json:"job"`
	Attempt    int     `json:"attempt"` // from 1
	Slot       Instant `json:"slot"`    // null for a run by hand
	Session    string  `json:"session"` // empty for ungated kinds
	Generation uint64  `json:"generation"`
	Canary     bool    `json:"canary"`        // whether it probes the session's gate
	Node       string  `json:"node,omitzero"` // which node performs it; empty: there are no nodes, and the runtime that decides performs it
}

// Topic, Name and Key place the message on the bus.
func (AttemptSucceeded) Topic() Topic  { return TopicAttempt }
func (AttemptSucceeded) Name() string  { return "attempt.succeeded.v1" }
func (m AttemptSucceeded) Key() string { return m.Job }
func (AttemptSucceeded) fact()         {}

// Topic, Name and Key place the message on the bus.
func (AttemptFailed) Topic() Topic  { return TopicAttempt }
func (AttemptFailed) Name() string  { return "attempt.failed.v1" }
func (m AttemptFailed) Key() string { return m.Job }
func (AttemptFailed) fact()         {}

// Topic, Name and Key place the message on the bus.
func (AttemptInterrupted) Topic() Topic  { return TopicAttempt }
func (AttemptInterrupted) Name() string  { return "attempt.interrupted.v1" }
func (m AttemptInterrupted) Key() string { return m.Job }
func (AttemptInterrupted) fact()         {}

// Topic, Name and Key place the message on the bus.
func (AttemptAbandoned) Topic() Topic  { return TopicAttempt }
func (AttemptAbandoned) Name() string  { return "attempt.abandoned.v1" }
func (m AttemptAbandoned) Key() string { return m.Job }
func (AttemptAbandoned) fact()         {}

// Topic, Name and Key place the message on the bus.
func (SideEffectBegan) Topic() Topic  { return TopicAttempt }
func (SideEffectBegan) Name() string  { return "side_effect.began.v1" }
func (m SideEffectBegan) Key() string { return m.Job }
func (SideEffectBegan) fact()         {}

// Topic, Name and Key place the message on the bus.
func (AttemptStarted) Topic() Topic  { return TopicAttempt }
func (AttemptStarted) Name() string  { return "attempt.started.v1" }
func (m AttemptStarted) Key() string { return m.Job }
func (AttemptStarted) decision()     {}

// A Detail says more about a failure than its class does, where the machine's rules need it.
type Detail string

// The details; only of attempts with a session.
const (
	// DetailQuota is a rate_limited failure: the session's quota or plan is used up until RetryAfter.
	DetailQuota Detail = "quota"
	// DetailUnreachable is a transient failure: the session's backend could not be reached.
	DetailUnreachable Detail = "unreachable"
	// DetailUnanswered is a transient failure of an attempt that tried nothing: what was asked before the work, such as
	// whether a CLI is signed in, got no answer, or something stood in its way that passes. It does not count as an
	// attempt; it is tried again after a pause, which is not shorter than RetryAfter.
	DetailUnanswered Detail = "unanswered"
)
