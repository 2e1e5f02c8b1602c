package contract

import (
	"context"
	"time"

	"curfew/messages"
)

// JobView is what the page of a job asks besides [Backend].
type JobView interface {
	// JobDetails is a job with all that is known of its definition.
	JobDetails(ctx context.Context, name string) (JobDetails, error)
	// JobText is a job of the API as the text by which it is set, with its version.
	JobText(ctx context.Context, name string) (text, version string, err error)
	// PreviewJob says what setting a job would change, and when it would run then. It changes nothing.
	PreviewJob(ctx context.Context, name string, text JobText) (JobPreview, error)
	// CountBackfill says which slots a backfill is about. It makes no runs.
	CountBackfill(ctx context.Context, job string, b Backfill) (BackfillSlots, error)
	// JobSeries are the newest runs of a job in short, newest first, at most [MaxSeries].
	JobSeries(ctx context.Context, job string) ([]RunPoint, error)
}

// Bounds of the page of a job.
const (
	MaxSeries    = 200 // runs in its charts
	MaxNextSlots = 5   // slots that lie ahead
)

// JobDetails is a job with all that is known of its definition.
type JobDetails struct {
	Job
	Definition string       // as the text of one job, in YAML, with every value that counts
	Place      string       // of a job of the file, where it stands, such as jobs.yaml:12; of one of the API, where the file has one of that name; empty: it has none
	Doubts     []Fault      // the warnings that `check` has about it
	Next       []Slot       // the slots that lie ahead, at most [MaxNextSlots], also of a job that is paused
	Holds      []HeldRun    // the runs that wait, oldest first, at most [MaxHeldShown]
	Waiting    int          // how many wait
	Gate       *Session     // its session; nil: it has none
	Chain      *JobFollows  // nil: it follows no job
	Followers  []JobFollows // the jobs that follow it, by name
}

// MaxHeldShown is how many waiting runs of a job are named.
const MaxHeldShown = 20

// HeldRun is a run that waits, and for what; without holds it waits for its turn.
type HeldRun struct {
	Run    messages.RunID
	Slot   messages.Instant
	Status messages.Status
	Holds  []messages.Hold
}

// JobFollows is the job that another follows, or a follower.
type JobFollows struct {
	Job   string
	On    messages.AfterOn
	Known bool // there is such a job
}

// Slot is a slot that lies ahead.
type Slot struct {
	At   messages.Instant
	Note string // what a change of the clock does to it; empty: nothing
}

// JobPreview is what setting a job would do.
type JobPreview struct {
	JobSet
	Words string // the schedule that the job would have
	Next  []Slot // as in [JobDetails]
}

// BackfillSlots are the slots of a backfill.
type BackfillSlots struct {
	Count       int
	AtLeast     bool // there are more than were counted
	First, Last messages.Instant
}

// RunPoint is a run in short, for a chart.
type RunPoint struct {
	Run      messages.RunID
	At       messages.Instant // of its slot; by hand, when it was queued
	Status   messages.Status
	Started  bool
	Took     time.Duration // its attempts together; of one that runs, up to now
	Attempts int
	Tokens   int // of its model calls
	Calls    int // of models
}
