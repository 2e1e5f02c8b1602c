package messages

// A Trigger says what made a run.
type Trigger string

// The triggers.
const (
	TriggerSchedule Trigger = "schedule"
	TriggerManual   Trigger = "manual"
	TriggerCatchUp  Trigger = "catch_up"
	TriggerAfter    Trigger = "after" // a run of the job that it follows has ended
)

// A Status is the state of a run.
type Status string

// The states; the last five are final.
const (
	StatusQueued     Status = "queued"
	StatusRunning    Status = "running"
	StatusBackingOff Status = "backing_off"
	StatusHeld       Status = "held"
	StatusSucceeded  Status = "succeeded"
	StatusFailed     Status = "failed"
	StatusCancelled  Status = "cancelled"
	StatusSkipped    Status = "skipped"
	StatusStale      Status = "stale"
)

// Final reports whether a run in that state is over.
func (s Status) Final() bool {
	switch s {
	case StatusSucceeded, StatusFailed, StatusCancelled, StatusSkipped, StatusStale:
		return true
	default:
		return false
	}
}

// A Hold keeps a waiting run from starting.
type Hold string

// The holds, in the order in which they are listed.
const (
	HoldSession Hold = "session" // the session's gate is not open
	HoldPaused  Hold = "paused"  // the job is paused
	HoldAsk     Hold = "ask"     // a person is to say yes
	HoldSuspect Hold = "suspect" // it lost two good sessions; only by hand
	HoldCircuit Hold = "circuit" // the session's backend does not answer
	HoldNode    Hold = "node"    // no node has what the job asks for, or each that has it is drained
)

// A FinishReason says why a run ended as it did.
type FinishReason string

// The reasons; empty for a plain success.
const (
	FinishRetriesExhausted FinishReason = "retries_exhausted"
	FinishPermanent        FinishReason = "permanent"
	FinishInterrupted      FinishReason = "interrupted" // on_interrupt: fail
	FinishCancelled        FinishReason = "cancelled"
	FinishJobRemoved       FinishReason = "job_removed"
	FinishOverlap          FinishReason = "overlap" // overlap: cancel_running, and another slot fell due
	FinishCoalesced        FinishReason = "coalesced"
	FinishSessionClosed    FinishReason = "session_closed"
	FinishStaleAfter       FinishReason = "stale_after"
	FinishUnanswered       FinishReason = "unanswered"
)

// RunQueued decides that a run comes into being.
type RunQueued struct {
	Run       RunID   `json:"run"`
	Job       string  `json:"job"`
	Slot      Instant `json:"slot"`       // the newest slot it stands for; null by hand
	FirstSlot Instant `json:"first_slot"` // the oldest slot it stands for
	Missed    int     `json:"missed"`     // how many slots besides Slot it stands for
	Trigger   Trigger `json:"trigger"`
	Beside    bool    `json:"beside,omitzero"` // overlap: allow: it need not wait for the runs before it, until it is held

	After *Followed `json:"after,omitzero"` // the run whose end made its slot; null: none
}

// RunHeld decides that a run waits, and says what for; again when it has taken in another slot.
type RunHeld struct {
	Run       RunID   `json:"run"`
	Job       string  `json:"job"`
	Holds     []Hold  `json:"holds"`
	Slot      Instant `json:"slot"`
	FirstSlot Instant `json:"first_slot"`
	Missed    int     `json:"missed"`

	After *Followed `json:"after,omitzero"` // the run whose end made the slot that it has taken in just now; null: none
}

// RunFinished decides that a run is over.
type RunFinished struct {
	Run    RunID        `json:"run"`
	Job    string       `json:"job"`
	Status Status       `json:"status"` // one of the final five
	Reason FinishReason `json:"reason"`
	Into   RunID        `json:"into"` // the run that took in its slots, when it was coalesced
}

// Topic, Name and Key place the message on the bus.
func (RunQueued) Topic() Topic  { return TopicRun }
func (RunQueued) Name() string  { return "run.queued.v1" }
func (m RunQueued) Key() string { return m.Job }
func (RunQueued) decision()     {}

// Topic, Name and Key place the message on the bus.
func (RunHeld) Topic() Topic  { return TopicRun }
func (RunHeld) Name() string  { return "run.held.v1" }
func (m RunHeld) Key() string { return m.Job }
func (RunHeld) decision()     {}

// Topic, Name and Key place the message on the bus.
func (RunFinished) Topic() Topic  { return TopicRun }
func (RunFinished) Name() string  { return "run.finished.v1" }
func (m RunFinished) Key() string { return m.Job }
func (RunFinished) decision()     {}
