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

// A Store keeps runs and the cursor of the log up to which they were taken in. Take, Settle, Seed, Skip, Forget and
// Reset are called by one goroutine, the other methods by any, at the same time.
type Store interface {
	// Cursor is the seq of the newest record that is durably taken in, with all before it: after a crash the log is read
	// from there.
	Cursor() (uint64, error)
	// Reached is the seq of the newest record of which anything is durable: the cursor, or above it.
	Reached() (uint64, error)
	// Take takes in at most [MaxTake] records in log order, up to the seq upto. It may hold some of it back, within
	// bounds, which no question finds until Settle. Records that were taken in are skipped. A job that has more finished
	// runs than its history allows loses the oldest. After an error of Take or Settle the log is to be read from the
	// cursor again: what was held back is forgotten, and no record counts twice.
	Take(records []messages.Record, upto uint64) error
	// Settle makes durable what was taken in: a portion of it, if more is true, else the rest, and moves the cursor
	// there.
	Settle() (more bool, err error)
	// Seed sets which jobs there are, for a store that begins after the log's oldest records were pruned: all others
	// have been removed.
	Seed(jobs []*messages.Kept) error
	// Skip moves the cursor past records that were pruned. Runs that were not over and are not among the unfinished
	// ones are forgotten: how they ended is unknown, so whatever counts runs says from then on that it may be more.
	Skip(upto uint64, unfinished map[messages.RunID]bool) error
	// Forget looks at the next [SweepJobs] jobs and forgets at most [SweepRuns] runs of each that its history no longer
	// allows. Repeated calls reach every job.
	Forget(now messages.Instant) error
	// Reset forgets everything, damaged or not; the cursor is 0.
	Reset() error
	// Query lists runs without traces, newest first, and the cursor of the rest; next is empty when there is none.
	// The error is [ErrCursor] if q.After is not a cursor.
	Query(ctx context.Context, q Query) (runs []Run, next string, err error)
	// Get finds a run.
	Get(ctx context.Context, id messages.RunID) (Run, bool, error)
	// LastRuns are the newest run of each of these jobs that was not folded into another, without traces, in one
	// question. A job that has had none is left out.
	LastRuns(ctx context.Context, jobs []string) (map[string]Run, error)
	// Newest are the newest runs of each of these jobs that were not folded into others, in short and newest first, at
	// most each of a job.
	Newest(ctx context.Context, jobs []string, each int) (map[string][]Mark, error)
	Sums
	// Close releases the store. It may be called twice.
	Close() error
}

// Sums are what a store keeps besides the runs, so that an answer about many of them reads few rows.
type Sums interface {
	// Failing lists the jobs that fail and have not been removed, by name, from after a name on, at most limit. It is
	// kept up to date when a run ends, so that no question about failing jobs reads the runs of each job.
	Failing(ctx context.Context, after string, limit int) ([]Failing, error)
	// CountFailing is how many jobs there are that Failing lists.
	CountFailing(ctx context.Context) (int, error)
	// FailingJobs is what Failing says of these jobs, in one question. A job that does not fail is left out.
	FailingJobs(ctx context.Context, jobs []string) (map[string]Failing, error)
	// Ends are when the last run of each job ended, of those jobs of which that has changed since the cursor was after.
	// The answer holds as of the cursor upto. If that is below after, the store was made anew, and all have changed.
	Ends(ctx context.Context, after uint64) (ends []End, upto uint64, err error)
	// Marks lists runs in short, newest first.
	Marks(ctx context.Context, q MarkQuery) ([]Mark, error)
	// Gates are the changes of all gates since an instant.
	Gates(ctx context.Context, since messages.Instant) (Gates, error)
	// Spend lists what sessions have cost, by quarters of an hour, from the quarter that begins then on, at most as far
	// back as [KeepSpend].
	Spend(ctx context.Context, from messages.Instant) (Spending, error)
	// JobSpend lists what jobs have cost since a quarter of an hour, at most as far back as [KeepJobSpend]: those with
	// the most tokens first, at most limit.
	JobSpend(ctx context.Context, from messages.Instant, limit int) ([]JobSpend, error)
}

// Known are the present jobs and unfinished runs, for a store that cannot derive them from the log.
type Known struct {
	Jobs       []*messages.Kept
	Unfinished map[messages.RunID]bool // runs
}

// ErrDamaged means that the store cannot be read. It is made anew from the records that the journal still has.
var ErrDamaged = errors.New("the run history is damaged")

// ErrCursor means that Query.After is not a cursor that a query gave out.
var ErrCursor = errors.New("recorder: not a cursor; take the next of an earlier list")
