package recorder

import (
	"context"
	"errors"

	"curfew/messages"
)

// MaxTake is how many records are taken in at once.
const MaxTake = 1024

// Bounds of one step of forgetting, so that it never takes long.
const (
	SweepJobs = 256   // jobs that are looked at
	SweepRuns = 1_024 // runs of one job that are forgotten
)

// A Store keeps runs and the cursor of the log that they stand for. Take, Seed, Skip, Forget and Reset are
// called by one goroutine, the rest by any, all the while.
type Store interface {
	// Cursor is the seq of the newest record that is durably taken in.
	Cursor() (uint64, error)
	// Take takes in at most [MaxTake] records in log order and moves the cursor to the seq upto, all of
	// it or nothing. Records that are not newer than the cursor are passed over. Jobs that have more
	// finished runs than their history allows lose the oldest.
	Take(records []messages.Record, upto uint64) error
	// Seed says which jobs there are, for a store that begins where the log no longer tells.
	Seed(jobs []messages.Definition) error
	// Skip moves the cursor over records that nobody can read any more. Runs that were not over, and are
	// not among the unfinished ones, are forgotten: their end is unknown.
	Skip(upto uint64, unfinished map[messages.RunID]bool) error
	// Forget looks at the next [SweepJobs] jobs and forgets at most [SweepRuns] runs of each that
	// their history does not allow any more. Called again and again it comes to every job.
	Forget(now messages.Instant) error
	// Reset forgets everything, damaged or not; the cursor is 0.
	Reset() error
	// Query lists runs without traces, newest first, and the cursor of the rest; next is empty when there is none.
	// The error is [ErrCursor] if q.After is none.
	Query(ctx context.Context, q Query) (runs []Run, next string, err error)
	// Get finds a run.
	Get(ctx context.Context, id messages.RunID) (Run, bool, error)
	// LastRun is the newest run of a job that was not folded into another, without traces.
	LastRun(ctx context.Context, job string) (Run, bool, error)
	// Close releases the store. Closing it twice is no error.
	Close() error
}

// Known is what there is, whatever the log still tells of how it came to be.
type Known struct {
	Jobs       []messages.Definition
	Unfinished map[messages.RunID]bool // runs
}

// ErrDamaged means that what a store keeps cannot be read. It is made anew from what the journal still
// holds.
var ErrDamaged = errors.New("the run history is damaged")

// ErrCursor means that Query.After is not a cursor that a query gave out.
var ErrCursor = errors.New("recorder: not a cursor; take the next of an earlier list")
