// Package api is Curfew's HTTP interface over a Unix socket, and the client of it that the commands
// use. It is not the runtime: what it serves and what it asks for goes through [Backend].
//
// An absent value is null and never left out; times are RFC 3339 in UTC with milliseconds; errors are
// problem+json (RFC 9457); lists are {items, next}.
package api

import (
	"encoding/json"

	"curfew/internal/explain"
	"curfew/messages"
)

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

// Run is the body of /v1/runs/{id}.
type Run struct {
	ID         messages.RunID         `json:"id"`
	Job        string                 `json:"job"`
	Slot       messages.Instant       `json:"slot"` // null for a run by hand
	FirstSlot  messages.Instant       `json:"first_slot"`
	Missed     int                    `json:"missed"`
	Trigger    messages.Trigger       `json:"trigger"`
	Status     messages.Status        `json:"status"`
	Reason     *messages.FinishReason `json:"reason"`
	Holds      []messages.Hold        `json:"holds"`
	Attempts   []Attempt              `json:"attempts"`
	Output     *string                `json:"output"`
	StartedAt  messages.Instant       `json:"started_at"`
	FinishedAt messages.Instant       `json:"finished_at"`

	DeliveryFailed []string           `json:"delivery_failed"` // targets that what the run had to say did not reach, for good; null: none
	Deliveries     []explain.Delivery `json:"deliveries"`      // what it had to say, target by target, and what became of that; null in lists
}

// Attempt is one try of a run. While it runs, incarnation, called and class are null.
type Attempt struct {
	Number      int              `json:"number"`
	Incarnation *uint64          `json:"incarnation"`
	Generation  *uint64          `json:"generation"` // null for ungated kinds
	Called      *bool            `json:"called"`
	StartedAt   messages.Instant `json:"started_at"`
	FinishedAt  messages.Instant `json:"finished_at"`
	Class       *messages.Class  `json:"class"` // null for a success
	Error       *string          `json:"error"`
	Usage       *messages.Usage  `json:"usage"` // null: it called no model
	Left        *messages.Left   `json:"left"`  // what it left running in the background; null: nothing
	Trace       []messages.Step  `json:"trace"` // what an agent did, of the newest attempts; null in lists, and when there is none
}

// Session is the body of /v1/sessions/{name}.
type Session struct {
	Name         string           `json:"name"`
	State        string           `json:"state"` // open, probing or closed
	Generation   uint64           `json:"generation"`
	Reason       *string          `json:"reason"` // of the fact that closed it
	Source       *string          `json:"source"`
	Since        messages.Instant `json:"since"`
	ExpiresAt    messages.Instant `json:"expires_at"`
	Held         int              `json:"held"`          // runs that wait for it
	Jobs         int              `json:"jobs"`          // jobs that belong to it
	Backend      *string          `json:"backend"`       // null: it has none, and keeps no token
	Until        messages.Instant `json:"until"`         // when a gate that is closed for a quota tries again by itself; null: it does not
	RefreshError *string          `json:"refresh_error"` // why it gets no credential by itself at present; null: it does, or does not try
	Circuit      string           `json:"circuit"`       // closed; open: its backend does not answer; half_open: one run tries
	Undelivered  *Undelivered     `json:"undelivered"`   // the notification about it that no target has taken; null: there is none
	FirstRun     *FirstRun        `json:"first_run"`     // that shows whether the sign-in is good; null: the session is not probing, or has no job
	AtRisk       []DueJob         `json:"at_risk"`       // jobs that fall due within 24 h after expires_at, soonest first, at most 20
}

// FirstRun is the run that a probing session waits for.
type FirstRun struct {
	Job  string           `json:"job"`
	Slot messages.Instant `json:"slot"` // when it falls due; null: it is under way
}

// DueJob is a job and its next slot.
type DueJob struct {
	Job  string           `json:"job"`
	Slot messages.Instant `json:"slot"`
}

// SessionChange is the session after a command, and what became of the command.
type SessionChange struct {
	Session
	Applied bool   `json:"applied"` // false: it changed nothing, such as a stale expire
	Seq     uint64 `json:"seq"`     // of the fact in the log
}

// RunAccepted is the answer to "run now".
type RunAccepted struct {
	Run   messages.RunID  `json:"run"`
	Holds []messages.Hold `json:"holds"` // what it waits for; empty: nothing but its turn
}

// Backfill is the body of POST /v1/jobs/{name}/backfill: slots of the past that are to run again, or at all.
type Backfill struct {
	From messages.Instant `json:"from"` // slots from here on,
	To   messages.Instant `json:"to"`   // up to here, both included; not in the future
	Fold bool             `json:"fold"` // one run for all of them; else each has a run of its own
}

// BackfillAccepted is the answer to a backfill.
type BackfillAccepted struct {
	Slots   int                  `json:"slots"`    // for which a run stands
	Skipped int                  `json:"skipped"`  // for which none does
	Reason  *messages.SkipReason `json:"reason"`   // of what was skipped; null: nothing was
	AtLeast bool                 `json:"at_least"` // there may be more slots: they were too many to count
	Runs    []messages.RunID     `json:"runs"`     // that were made, or have taken the slots in
}

// List is a page of a list. Next goes into ?after= for the rest; null: there is none.
type List[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// Login is the body of POST /v1/sessions/{name}/login.
type Login struct {
	Token Secret `json:"token"` // empty only if the session has no backend: it keeps none
	Force bool   `json:"force"` // overrides 409 and 422, and turns the forecast off
	Check bool   `json:"check"` // ask the session's probe first; a token that the backend refuses is a 422
}

// Expire is the body of POST /v1/sessions/{name}/expire.
type Expire struct {
	Source     string `json:"source"`
	Reason     string `json:"reason"`
	Generation uint64 `json:"generation"` // 0: the current one
}

// Readiness is the body of /readyz.
type Readiness struct {
	Status string   `json:"status"` // "ok"
	Notes  []string `json:"notes"`  // what people should look at although the runtime does its work, a line each
}

// Health is the body of /healthz.
type Health struct {
	Status string `json:"status"` // "ok"
}

// Secret is a text that is read from a request and shows itself to nobody: no log, no error, no JSON.
type Secret string

const hidden = "[secret]"

// Reveal is the text itself.
func (s Secret) Reveal() string { return string(s) }

// String hides the text.
func (Secret) String() string { return hidden }

// GoString hides the text.
func (Secret) GoString() string { return hidden }

// MarshalJSON hides the text.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(hidden) }
