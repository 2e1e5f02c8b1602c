package recorder

import (
	"context"

	"curfew/messages"
)

// sums are the sums of a recorder's store; damage that a question finds is mended. None waits for the log, see
// [Recorder.Flush].
type sums struct{ r *Recorder }

var _ Sums = sums{}

// Sums are what the store keeps besides the runs.
func (r *Recorder) Sums() Sums { return sums{r} }

// Failing lists the jobs that fail.
func (s sums) Failing(ctx context.Context, after string, limit int) ([]Failing, error) {
	found, err := s.r.cfg.Store.Failing(ctx, after, limit)
	return found, s.r.seen(err)
}

// CountFailing counts the jobs that fail.
func (s sums) CountFailing(ctx context.Context) (int, error) {
	n, err := s.r.cfg.Store.CountFailing(ctx)
	return n, s.r.seen(err)
}

// FailingJobs says which of these jobs fail.
func (s sums) FailingJobs(ctx context.Context, jobs []string) (map[string]Failing, error) {
	found, err := s.r.cfg.Store.FailingJobs(ctx, jobs)
	return found, s.r.seen(err)
}

// Marks lists runs in short.
func (s sums) Marks(ctx context.Context, q MarkQuery) ([]Mark, error) {
	marks, err := s.r.cfg.Store.Marks(ctx, q)
	return marks, s.r.seen(err)
}

// Gates are the changes of all gates.
func (s sums) Gates(ctx context.Context, since messages.Instant) (Gates, error) {
	g, err := s.r.cfg.Store.Gates(ctx, since)
	return g, s.r.seen(err)
}

// Spend lists what sessions have cost.
func (s sums) Spend(ctx context.Context, from messages.Instant) (Spending, error) {
	list, err := s.r.cfg.Store.Spend(ctx, from)
	return list, s.r.seen(err)
}

// JobSpend lists what jobs have cost.
func (s sums) JobSpend(ctx context.Context, from messages.Instant, limit int) ([]JobSpend, error) {
	list, err := s.r.cfg.Store.JobSpend(ctx, from, limit)
	return list, s.r.seen(err)
}
