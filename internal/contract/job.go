package contract

import "curfew/messages"

// A JobState sums up what a job does.
type JobState string

// The states of a job. A pause outranks the others, and a running run outranks a waiting one.
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
	Name     string           `json:"name"` // as in the job file, and so are actor, timezone, title, description, tags and overlap
	Actor    string           `json:"actor"`
	Schedule string           `json:"schedule"` // as it is written in the job file
	Timezone string           `json:"timezone"`
	Enabled  bool             `json:"enabled"`   // neither paused nor disabled
	State    JobState         `json:"state"`     // running lasts until the attempt has returned, also when its run was cancelled
	NextSlot messages.Instant `json:"next_slot"` // the next slot, which runs unless something holds it then; null: the job is paused, or has no more slots
	Session  *string          `json:"session"`   // null: the actor type is ungated, or the file has session: none
	Held     *messages.RunID  `json:"held"`      // the oldest run that waits for a hold to end; null: none does
	LastRun  *LastRun         `json:"last_run"`  // the newest run; null: there is none
	Holds    []messages.Hold  `json:"holds"`     // of the held run; there is none: what a slot that fell due now would wait for

	LastSkipped *LastSkipped `json:"last_skipped"` // null: no slot of this schedule was skipped
	Failing     *Failing     `json:"failing"`      // null: the newest run that succeeded or failed has succeeded, or there is none

	ScheduleText string `json:"schedule_text"` // the schedule in plain words
	Limits       Limits `json:"limits"`        // the other keys that its slots depend on

	Timeout *messages.Duration `json:"timeout"` // of one attempt; null: there is no limit

	Dir *string `json:"dir"` // the folder in which its processes run; null: it has none, or it is its user's home; null in lists

	Title       *string  `json:"title"` // null: the file has none
	Description *string  `json:"description"`
	Tags        []string `json:"tags"`
	Disabled    bool     `json:"disabled"` // the file has enabled: false, and no command can resume the job

	Overlap  messages.Overlap `json:"overlap"`
	Parallel int              `json:"max_parallel"` // attempts that may run beside each other; 1 unless overlap is allow
	Running  int              `json:"running"`      // attempts that have not returned

	RunsOn   map[string]string `json:"runs_on"`  // labels that the node must have which performs it; null: any node does
	Unplaced bool              `json:"unplaced"` // no node takes it at present: its runs are held

	ManagedBy messages.ManagedBy `json:"managed_by"` // where it comes from, and is changed: file or api

	Version string `json:"version"` // changes with the definition of the job, and with nothing else

	// HistoryBehind is how many records the run history has yet to take in, if it is too far behind to be waited for: the last
	// run, and since when the job fails, are older than that. Null: they are not, or it is a list, which says it once.
	HistoryBehind *uint64 `json:"history_behind"`
}

// ETag is the version of the job, as HTTP writes it.
func (j Job) ETag() string { return quoted(j.Version) }

// Limits are the keys of a job's schedule besides its expression.
type Limits struct {
	ActiveHours    *messages.ActiveHours `json:"active_hours"` // null: always
	Days           messages.Days         `json:"days"`         // as in the job file, and so are dst, start, end, exclude and delete_after_run
	DST            messages.DST          `json:"dst"`
	Anchor         messages.Instant      `json:"anchor"` // the instant from which "in 10 minutes" counts
	Start          messages.Instant      `json:"start"`
	End            messages.Instant      `json:"end"`
	Exclude        []string              `json:"exclude"`
	Splay          messages.Duration     `json:"splay"`
	DeleteAfterRun bool                  `json:"delete_after_run"`
	After          *messages.After       `json:"after"` // the job that it follows: it has no slots by the clock; null: none
}

// Failing says since when a job fails. Runs that were cancelled, skipped or stale do not count.
type Failing struct {
	Since   messages.Instant `json:"since"`    // when the first of these failures ended
	Run     messages.RunID   `json:"run"`      // the newest run that failed
	Runs    int              `json:"runs"`     // how many have failed in a row
	AtLeast bool             `json:"at_least"` // there may be more of them, and then since is earlier: the history does not reach back so far
	Error   *string          `json:"error"`    // of the last attempt of the newest run
}

// LastSkipped is the newest slots that were skipped together.
type LastSkipped struct {
	Slot   messages.Instant    `json:"slot"` // the newest of them
	Reason messages.SkipReason `json:"reason"`
	At     messages.Instant    `json:"at"` // when they were skipped
}

// LastRun is the newest run of a job, in short.
type LastRun struct {
	ID         messages.RunID         `json:"id"`
	Slot       messages.Instant       `json:"slot"` // null for a run by hand
	Status     messages.Status        `json:"status"`
	Reason     *messages.FinishReason `json:"reason"`
	FinishedAt messages.Instant       `json:"finished_at"` // null: it is not over
}

// Timetable is the schedule of the job, with what limits it.
func (j Job) Timetable() messages.Timetable {
	l := j.Limits
	return messages.Timetable{
		Schedule: j.Schedule, Timezone: j.Timezone, ActiveHours: l.ActiveHours, Days: l.Days, DST: l.DST,
		Anchor: l.Anchor, Start: l.Start, End: l.End,
		Exclude: l.Exclude, Splay: l.Splay, DeleteAfterRun: l.DeleteAfterRun, After: l.After,
	}
}
