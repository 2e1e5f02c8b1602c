package api

import (
	"context"
	"iter"

	"curfew/internal/explain"
	"curfew/messages"
)

// Backend is the runtime as the handlers need it. Commands return when they are durable and applied,
// and what is read afterwards shows them. An error that is a [*Problem] chooses the status, such as
// [NotFound] for a job that does not exist; any other is a 500.
type Backend interface {
	// Status is everything at a glance.
	Status(ctx context.Context) (Status, error)

	// Jobs lists jobs by name.
	Jobs(ctx context.Context, q JobQuery) (items []Job, next string, err error)
	Job(ctx context.Context, name string) (Job, error)
	// RunNow asks for a run of the job now.
	RunNow(ctx context.Context, job string) (RunAccepted, error)
	// Backfill takes up slots of the past.
	Backfill(ctx context.Context, job string, b Backfill) (BackfillAccepted, error)
	// Pause, Resume and Cancel return the job as it is afterwards.
	Pause(ctx context.Context, job string) (Job, error)
	Resume(ctx context.Context, job string) (Job, error)
	Cancel(ctx context.Context, job string) (Job, error)

	// Runs lists runs, newest first.
	Runs(ctx context.Context, q RunQuery) (items []Run, next string, err error)
	Run(ctx context.Context, id messages.RunID) (Run, error)
	// Logs gives what a run has printed. With follow, that goes on until the run is over, or ctx ends.
	Logs(ctx context.Context, id messages.RunID, follow bool) (Logs, error)

	// Explain says what became of a slot or a run of a job.
	Explain(ctx context.Context, q ExplainQuery) (explain.Explanation, error)

	// Sessions lists sessions by name.
	Sessions(ctx context.Context, p Page) (items []Session, next string, err error)
	Session(ctx context.Context, name string) (Session, error)
	Login(ctx context.Context, session string, l Login) (SessionChange, error)
	Expire(ctx context.Context, session string, e Expire) (SessionChange, error)
	Logout(ctx context.Context, session string) (SessionChange, error)

	Teller

	// Ready says why the runtime cannot do its work; nil if it can.
	Ready(ctx context.Context) error
	// Notes says, a line each, what people should look at although the runtime does its work.
	Notes(ctx context.Context) ([]string, error)
}

// Bounds of a list.
const (
	DefaultLimit = 50
	MaxLimit     = 1_000
)

// Page selects a part of a list.
type Page struct {
	Limit int    // 1 … [MaxLimit]
	After string // the next of an earlier page; empty: from the start
}

// JobQuery selects jobs.
type JobQuery struct {
	Page
	State   JobState // empty: of any
	Failing bool     // only those that fail
	Held    bool     // only those with a run that waits for a hold to end, whatever their state
}

// ExplainQuery says what is to be explained: the newest slot or run of a job, unless it says otherwise.
type ExplainQuery struct {
	Job string
	At  explain.When   // a slot
	Run messages.RunID // a run, and no slot
}

// Logs is what a run has printed.
type Logs struct {
	Note   string                   // what a reader should know of it, in a line; may be empty
	Pieces iter.Seq2[[]byte, error] // in order; behind an error there is nothing
}

// RunQuery selects runs.
type RunQuery struct {
	Page
	Job    string           // empty: of all jobs
	Status messages.Status  // empty: of any
	Since  messages.Instant // queued then or later; zero: no bound
	Until  messages.Instant // queued before; zero: no bound
}
