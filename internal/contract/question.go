package contract

import (
	"iter"

	"curfew/internal/explain"
	"curfew/messages"
)

// The tags path, query and header say where a member of a question stands in a request of HTTP. A query without its
// member, or with an empty one, leaves the zero value or the one of the tag default.

// Bounds of a list.
const (
	DefaultLimit = 50
	MaxLimit     = 1_000
)

// MaxSearch is how long the words of a search may be, in bytes.
const MaxSearch = 200

// Page selects a part of a list.
type Page struct {
	Limit int    `query:"limit" min:"1" max:"1000" default:"50"` // how many items, 1 to 1,000
	After string `query:"after"`                                 // the next of the page before; left out: from the start
}

// NoSession is the [JobFilter.Session] of jobs that belong to none.
const NoSession = "none"

// JobFilter selects jobs. All that is given must be true of a job.
type JobFilter struct {
	State     JobState           `query:"state"`      // left out: any state
	Failing   bool               `query:"failing"`    // only jobs that fail
	Held      bool               `query:"held"`       // only jobs with a held run, in any state
	Disabled  bool               `query:"disabled"`   // only jobs with enabled: false in the job file
	Actor     string             `query:"actor"`      // only jobs of this actor type
	Session   string             `query:"session"`    // only jobs of this session
	Tag       string             `query:"tag"`        // only jobs with this tag
	ManagedBy messages.ManagedBy `query:"managed_by"` // only jobs that are changed there
	Search    string             `query:"q"`          // only jobs with each of these words in their name, title, description or tags; upper and lower case are alike
}

// JobQuery selects jobs.
type JobQuery struct {
	JobFilter
	Page
}

// RunQuery selects runs.
type RunQuery struct {
	Job    string           `query:"job"`    // left out: all jobs
	Status messages.Status  `query:"status"` // left out: any status
	Since  messages.Instant `query:"since"`  // only runs queued then or later
	Until  messages.Instant `query:"until"`  // only runs queued earlier
	Page
}

// ExplainQuery says what to explain: by default the newest slot or run of a job.
type ExplainQuery struct {
	Job string         `path:"job"`
	At  explain.When   `query:"at"`  // a slot: RFC 3339, or 07:00, "today 07:00", "2027-01-15 07:00" in the job's zone
	Run messages.RunID `query:"run"` // a run instead of a slot
}

// Logs is the output of a run.
type Logs struct {
	Note   string                   // what a reader should know about it, in one line; may be empty
	Pieces iter.Seq2[[]byte, error] // in order; an error is the last
}

// JobStates are the values of a [JobState].
var JobStates = []JobState{JobIdle, JobQueued, JobRunning, JobBackingOff, JobHeld, JobPaused}

// Statuses are the values of a status of a run.
var Statuses = []messages.Status{
	messages.StatusQueued, messages.StatusRunning, messages.StatusBackingOff, messages.StatusHeld,
	messages.StatusSucceeded, messages.StatusFailed, messages.StatusCancelled, messages.StatusSkipped, messages.StatusStale,
}
