package api

import "curfew/messages"

// A JobState says at a glance how a job is.
type JobState string

// The states of a job. A pause outranks the others, what runs outranks what waits.
const (
	JobIdle       JobState = "idle"
	JobQueued     JobState = "queued"
	JobRunning    JobState = "running"
	JobBackingOff JobState = "backing_off"
	JobHeld       JobState = "held"
	JobPaused     JobState = "paused"
)

// Job is the body of /v1/jobs/{name}.
type Job struct {
	Name     string           `json:"name"`
	Actor    string           `json:"actor"`
	Schedule string           `json:"schedule"` // as written in the job file
	Timezone string           `json:"timezone"`
	Enabled  bool             `json:"enabled"` // not paused, nor disabled
	State    JobState         `json:"state"`
	NextSlot messages.Instant `json:"next_slot"` // that will run; null: none while the job is paused, or never again
	Session  *string          `json:"session"`   // null: ungated, or session: none
	Held     *messages.RunID  `json:"held"`      // the run that waits for a hold to end
	LastRun  *LastRun         `json:"last_run"`

	LastSkipped *LastSkipped `json:"last_skipped"` // null: no slot of this schedule was skipped
	Failing     *Failing     `json:"failing"`      // null: the newest run that came to its own end has succeeded, or there was none

	ScheduleText string `json:"schedule_text"` // the schedule in plain words
	Limits       Limits `json:"limits"`        // what else the slots depend on

	Title       *string  `json:"title"` // what its file tells people; null: nothing
	Description *string  `json:"description"`
	Tags        []string `json:"tags"`
	Disabled    bool     `json:"disabled"` // its file has enabled: false: no order lets the job go on
}

// Limits is what of a job's schedule does not stand in its expression.
type Limits struct {
	ActiveHours    *messages.ActiveHours `json:"active_hours"` // null: always
	DST            messages.DST          `json:"dst"`
	Anchor         messages.Instant      `json:"anchor"` // from when "in 10 minutes" counts
	Start          messages.Instant      `json:"start"`
	End            messages.Instant      `json:"end"`
	Exclude        []string              `json:"exclude"`
	Splay          messages.Duration     `json:"splay"`
	DeleteAfterRun bool                  `json:"delete_after_run"`
}

// Failing says since when a job fails. Runs that were cancelled, skipped or stale count neither way.
type Failing struct {
	Since   messages.Instant `json:"since"`    // when the first of these failures ended
	Run     messages.RunID   `json:"run"`      // the newest that failed
	Runs    int              `json:"runs"`     // that have failed in a row, at most [MaxFailures]
	AtLeast bool             `json:"at_least"` // there may be more of them, and since may be earlier
	Error   *string          `json:"error"`    // of the last attempt of the newest
}

// MaxFailures bounds how many failures in a row are counted.
const MaxFailures = 20

// LastSkipped is the newest slots of which no run came.
type LastSkipped struct {
	Slot   messages.Instant    `json:"slot"` // the newest of them
	Reason messages.SkipReason `json:"reason"`
	At     messages.Instant    `json:"at"` // when that was decided
}

// LastRun is the newest run of a job, in short.
type LastRun struct {
	ID         messages.RunID         `json:"id"`
	Slot       messages.Instant       `json:"slot"`
	Status     messages.Status        `json:"status"`
	Reason     *messages.FinishReason `json:"reason"`
	FinishedAt messages.Instant       `json:"finished_at"`
}
