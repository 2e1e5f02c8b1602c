package contract

import (
	"context"

	"curfew/messages"
)

// JobsView is what the page of jobs asks.
type JobsView interface {
	// JobsPage lists jobs in any order, each with its newest runs.
	JobsPage(ctx context.Context, q JobsQuery) (JobsPage, error)
	// JobsSelected are the jobs that a filter selects, by name. More than [MaxJobsOrder] are refused, with their number.
	JobsSelected(ctx context.Context, f JobFilter) ([]JobBrief, error)
	// JobsNamed are jobs by their names, in the same order. One that does not exist has no state.
	JobsNamed(ctx context.Context, names []string) ([]JobBrief, error)
	// OrderJobs gives one order to several jobs, all at once: either it is carried out for each job that allows it, and
	// the outcomes say which, or the error says that nothing was done.
	OrderJobs(ctx context.Context, order JobAction, names []string) ([]JobOutcome, error)
}

// MaxJobsOrder is how many jobs an order can be about.
const MaxJobsOrder = 1_000

// MaxJobsPage is how many jobs a page of jobs can have.
const MaxJobsPage = 100

// MaxStrip is how many runs of each job a page of jobs has.
const MaxStrip = 20

// JobSort is an order of jobs. Jobs that are alike in it are in the order of their names, and those of which it knows
// nothing come last.
type JobSort string

// The orders of jobs.
const (
	SortName    JobSort = "name"
	SortState   JobSort = "state"   // as in [StatesByUrgency]
	SortNext    JobSort = "next"    // the next slot; the soonest first
	SortLast    JobSort = "last"    // the end of the last run; the newest first
	SortFailing JobSort = "failing" // since when the job fails; the longest first
)

// JobSorts are the values of a [JobSort].
var JobSorts = []JobSort{SortName, SortState, SortNext, SortLast, SortFailing}

// StatesByUrgency are the states of jobs, those first that people look for.
var StatesByUrgency = []JobState{JobRunning, JobBackingOff, JobQueued, JobHeld, JobPaused, JobIdle}

// JobsQuery selects a page of jobs.
type JobsQuery struct {
	JobFilter
	Sort     JobSort // empty: by name
	Reverse  bool    // the other way round; jobs of which the order knows nothing come last all the same
	Limit    int     // 1 to [MaxJobsPage]
	After    string  // the Next of another page; empty: from the start
	Before   string  // the Previous of another page: the jobs right before it
	StripMax int     // how many runs of each job, 0 to [MaxStrip]
}

// JobsPage is a page of jobs.
type JobsPage struct {
	Items    []JobRow
	First    int    // how many jobs that match come before the page
	Matching int    // jobs that match
	All      int    // jobs there are
	Next     string // for After; empty: there is none
	Previous string // for Before; empty: there is none

	States   map[JobState]int // jobs in each state, of those that match but for their state
	Actors   []Choice         // of all jobs, by name
	Sessions []Choice
	Tags     []Choice // at most [MaxChoices], the most frequent
	Trouble  string   // why past runs are missing; empty: they are not

	HistoryBehind *uint64 // as in [JobList]
}

// JobRow is a job and its newest runs.
type JobRow struct {
	Job
	Runs []RunMark // newest first, without those that were folded into another
}

// RunMark is a run in short.
type RunMark struct {
	ID         messages.RunID
	Status     messages.Status
	Reason     messages.FinishReason
	Slot       messages.Instant
	StartedAt  messages.Instant // zero: it has not started
	FinishedAt messages.Instant // zero: it is not over
}

// MaxChoices is how many values of a filter are offered.
const MaxChoices = 100

// Choice is a value that a filter may have.
type Choice struct {
	Value string
	Jobs  int // that have it
}

// JobAction is an order to a job.
type JobAction string

// The orders to jobs.
const (
	ActionRun    JobAction = "run"
	ActionPause  JobAction = "pause"
	ActionResume JobAction = "resume"
	ActionCancel JobAction = "cancel"
)

// JobActions are the values of a [JobAction].
var JobActions = []JobAction{ActionRun, ActionPause, ActionResume, ActionCancel}

// JobBrief is what an order to a job depends on.
type JobBrief struct {
	Name     string
	State    JobState // empty: there is no such job
	Disabled bool     // see [Job.Disabled]
	Paused   bool     // paused or disabled
	Running  int      // runs that are under way
	Waiting  int      // runs that wait
}

// JobOutcome is what has become of an order to a job.
type JobOutcome struct {
	Was     JobBrief       // the job before
	Run     messages.RunID // the new run, or the one that was there already
	Joined  bool           // there was one already
	Refused string         // why the order was not carried out; empty: it was
}
