package messages

// MaxSlotsDue is the largest number of jobs in one [SlotsDue].
const MaxSlotsDue = 1024

// MaxSlotsMissed is the largest number of instants that one [SlotsMissed] names.
const MaxSlotsMissed = 1000

// SlotsDue says that slots have fallen due: a batch, so that a million jobs at 07:00 are a thousand messages.
type SlotsDue struct {
	Slots []JobSlot `json:"slots"` // 1 … 1,024, one per job
}

// JobSlot is one instant that the schedule of a job names.
type JobSlot struct {
	Job  string  `json:"job"`
	Slot Instant `json:"slot"`
}

// SlotsMissed says that slots of a job passed unnoticed: the runtime was down, the
// machine slept, or the clock jumped; or that a person asked for past slots again (backfill).
type SlotsMissed struct {
	Job   string    `json:"job"`
	First Instant   `json:"first"` // the oldest
	Slots []Instant `json:"slots"` // the newest 1 … 1,000, oldest first
	More  int       `json:"more"`  // how many older ones are not named

	// What only who knows the schedule can tell.
	AtLeast bool    `json:"at_least"` // there may be more than More says: they were too many to count
	Old     int     `json:"old"`      // how many of those not named are older than the job's catch_up window
	Recent  Instant `json:"recent"`   // the oldest of those not named that is not old; null: none, or Old is 0
	Once    bool    `json:"once"`     // they are instants of "at" and "in", which come once

	Each     bool   `json:"each,omitzero"` // backfill: a run for each slot, whatever catch_up says
	Backfill string `json:"backfill"`      // unique id of a person's request: slots that were judged before count, too; empty: none
}

// ClockSetBack says that the wall clock was set back: it shows an earlier time than it has shown before, though time
// went on. With it a new clock epoch begins. What was compared with the clock counts as of To from then on, where it
// lies ahead.
type ClockSetBack struct {
	By Duration `json:"by"` // by how much; at least, if it was found at a start
	To Instant  `json:"to"` // what the clock showed when that was noticed
}

// SlotSkipped decides that no run comes of a slot, or of a range of slots.
type SlotSkipped struct {
	Job    string     `json:"job"`
	Slot   Instant    `json:"slot"`  // one slot; null for a range
	First  Instant    `json:"first"` // a range: its oldest slot; null for one slot
	Last   Instant    `json:"last"`  // a range: its newest slot
	Count  int        `json:"count"` // how many slots
	Reason SkipReason `json:"reason"`

	After *Followed `json:"after,omitzero"` // the run whose end made the slot; null: none
}

// A SkipReason says why a slot became no run.
type SkipReason string

// The reasons.
const (
	SkipPaused        SkipReason = "paused"         // the job was paused
	SkipDisabled      SkipReason = "disabled"       // the job file has enabled: false
	SkipSessionClosed SkipReason = "session_closed" // on_hold: skip
	SkipOverlap       SkipReason = "overlap"        // the run before was unfinished
	SkipCatchUpNone   SkipReason = "catch_up_none"  // missed, and catch_up: none
	SkipCatchUpWindow SkipReason = "catch_up_window"
	SkipRunAllLimit   SkipReason = "run_all_limit"  // more than 1,000 held one by one
	SkipCatchUpLimit  SkipReason = "catch_up_limit" // catch_up: all, and more than 1,000 wait
	SkipQueueFull     SkipReason = "queue_full"     // overlap: queue_all, and 100 wait
	SkipChainLimit    SkipReason = "chain_limit"    // it would be later in its chain than [MaxChain] allows
)

// Topic, Name and Key place the message on the bus.
func (SlotsDue) Topic() Topic { return TopicDue }
func (SlotsDue) Name() string { return "slots.due.v1" }

// Key is the job if the batch has only one.
func (m SlotsDue) Key() string {
	if len(m.Slots) == 1 {
		return m.Slots[0].Job
	}
	return ""
}
func (SlotsDue) fact() {}

// Topic, Name and Key place the message on the bus.
func (SlotsMissed) Topic() Topic  { return TopicDue }
func (SlotsMissed) Name() string  { return "slots.missed.v1" }
func (m SlotsMissed) Key() string { return m.Job }
func (SlotsMissed) fact()         {}

// Topic, Name and Key place the message on the bus.
func (ClockSetBack) Topic() Topic { return TopicDue }
func (ClockSetBack) Name() string { return "clock.set_back.v1" }
func (ClockSetBack) Key() string  { return "" }
func (ClockSetBack) fact()        {}

// Topic, Name and Key place the message on the bus.
func (SlotSkipped) Topic() Topic  { return TopicDue }
func (SlotSkipped) Name() string  { return "slot.skipped.v1" }
func (m SlotSkipped) Key() string { return m.Job }
func (SlotSkipped) decision()     {}
