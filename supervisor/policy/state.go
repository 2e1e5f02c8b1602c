package policy

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"curfew/messages"
)

// job is a defined job and its unfinished runs.
type job struct {
	jobState
	runs []*run // oldest first

	group *group          // of its definition; nil: it has none yet
	head  *run            // its next run, by which the heaps order it; nil: none can start
	line  *line           // in which head waits to start; nil if there is none
	in    [orders]*heapOf // the heap of each order that it is in; nil: none
	at    [orders]int32   // and its place there

	flying int32 // attempts in flight; their runs may be final already
	number int32 // among all jobs
	imaged int32 // the newest image that has it
	active int32 // its place in the list of jobs with runs, from 1; 0: it has none

	counted bool // it is in the counts of its group, and in the list of names
	stands  bool // it is in the count of jobs that start nothing
}

// jobState is what a snapshot has of a job besides its runs. Pointers and lists are replaced as a whole, never changed in
// place: an image shares them.
type jobState struct {
	Def    *messages.Kept   `json:"def"`
	Gone   bool             `json:"gone"`   // removed; kept until its last attempt has returned
	Judged bool             `json:"judged"` // a slot of the present schedule has been judged
	Done   bool             `json:"spent"`  // delete_after_run, and it has succeeded: spent when no run of it is left
	Paused bool             `json:"paused"` // by a person, or by the machine itself
	Since  messages.Instant `json:"since"`  // last slot that was judged, or when the schedule was defined
	rare   *seldom          // nil: it has none of it
}

// seldom is what few jobs have of their state. Its pointers and lists are replaced as a whole, too.
type seldom struct {
	Fixed     messages.Instant `json:"fixed,omitzero"` // see [scheduler.Mark]
	Once      messages.Instant `json:"once,omitzero"`
	Skipped   *Skip            `json:"skipped,omitempty"` // the newest slots of which no run came; nil: none
	Abandoned int              `json:"abandoned"`         // attempts that never came back, in this process
	Budget    budget           `json:"budget,omitzero"`
	Incident  incident         `json:"incident,omitzero"`
	Lost      []Lost           `json:"lost,omitempty"`
}

// seldom is what the job has of what few have.
func (j *job) seldom() seldom {
	if j.rare == nil {
		return seldom{}
	}
	return *j.rare
}

// applySeldom is the same, to be changed.
func (j *job) applySeldom() *seldom {
	if j.rare == nil {
		j.rare = new(seldom)
	}
	return j.rare
}

// applyUsual lets go of it once there is nothing of it.
func (j *job) applyUsual() {
	if j.rare != nil && j.rare.isZero() {
		j.rare = nil
	}
}

func (s *seldom) isZero() bool {
	return s.Fixed == 0 && s.Once == 0 && s.Skipped == nil && s.Abandoned == 0 && s.Budget == budget{} &&
		s.Incident == incident{} && s.Lost == nil
}

// Skip is slots of which no run came.
type Skip struct {
	Slot   messages.Instant    `json:"slot"` // the newest of them
	Reason messages.SkipReason `json:"reason"`
	At     messages.Instant    `json:"at"` // when that was decided
}

// run is one unfinished execution of a job.
type run struct {
	job *job

	ID        messages.RunID
	Job       string
	Slot      messages.Instant
	FirstSlot messages.Instant
	Missed    int
	Turned    messages.Instant `json:",omitzero"` // when the clock was set back to before its slot; its age counts from then
	Trigger   messages.Trigger
	Depth     int  `json:",omitzero"` // how many runs came before it in its chain
	Hand      bool // a person wants it: it goes first
	Beside    bool `json:",omitzero"` // it need not wait for the runs before it
	Ask       bool // holds of its own; session and paused are derived
	Suspect   bool
	Final     bool             // finished, but its attempt has not returned
	WaitSeq   uint64           // the fact by which it began to wait
	Queued    uint64           // the fact by which it came to be; 0: before this was known
	Asked     messages.Instant `json:",omitzero"` // when a person asked for it, if it has no slot

	Attempt    int // number of the last attempt
	Counted    int // attempts that count against retry.attempts
	Interrupts int // interruptions in a row
	Soon       int `json:",omitzero"` // interruptions in a row soon after the attempt's start
	Idle       int // attempts in a row that tried nothing
	Active     time.Duration
	Retry      alarm // the end of its backoff
	Answer     alarm // until when a person may answer
	Listed     bool  // it is in its session's Unasked

	InFlight   bool
	Started    messages.Instant
	Before     messages.Instant `json:",omitzero"` // when it started, before a restart of the runtime reset Started
	StartedBy  uint64           // the fact from which the start of the attempt in flight followed
	Lane       string
	lane       *lane
	Session    string // of the attempt in flight
	Node       string `json:",omitzero"` // which performs it; empty: the runtime that decides
	Generation uint64
	StartDef   *messages.Kept // by which the attempt in flight is judged
	SideEffect bool           // the attempt has called a tool that is not read-only

	counted runState // as what its group counts it

	LastExpired messages.Instant
	Expired     []uint64 // generations in which the backend answered session_expired to it
	LetGo       uint64   // the outage in whose summary it is counted
}

// maxExpired bounds run.Expired: two are enough to be suspect, the newest count.
const maxExpired = 8

// lane bounds the attempts in flight of an actor type.
type lane struct {
	name  string
	size  int
	busy  int
	lines []*line // of every session that has ever waited in it
	dirty bool    // something may start in it
}

// DefaultLane is the size of a lane that no RuntimeConfigured has named.
const DefaultLane = 16

// spent reports whether the job is hidden from people: it had delete_after_run, and has succeeded. While a run of it is
// not over it is still shown. A job file that still defines it does not bring it back.
func (j *job) spent() bool {
	return j.Done && !slices.ContainsFunc(j.runs, func(r *run) bool { return !r.Final })
}

// sorted is the keys of a map in their order, so that no decision depends on Go's order.
func sorted[K cmp.Ordered, V any](in map[K]V) []K {
	return slices.Sorted(maps.Keys(in))
}

// stopped reports whether the job starts nothing: it is paused, or its file has enabled: false. Neither undoes the
// other.
func (j *job) stopped() bool { return j.Paused || j.Def.Disabled }

// unplaced reports whether no node takes the job.
func (j *job) unplaced() bool { return j.group.pool.closed }
