package recorder

import (
	"context"

	"curfew/messages"
)

// End is when the last run of a job ended. Runs that were folded into others do not count.
type End struct {
	Job string
	At  messages.Instant
}

// Ends are the ends of the last runs.
func (s sums) Ends(ctx context.Context, after uint64) (ends []End, upto uint64, err error) {
	ends, upto, err = s.r.cfg.Store.Ends(ctx, after)
	return ends, upto, s.r.seen(err)
}

// Newest are the newest runs of each of these jobs, newest first, at most each of a job. It does not wait for the log,
// see [Recorder.Flush]. Live as in [Query].
func (r *Recorder) Newest(
	ctx context.Context, jobs []string, each int, live func(messages.RunID) (Live, bool),
) (map[string][]Mark, error) {
	runs, err := r.cfg.Store.Newest(ctx, jobs, each)
	for _, of := range runs {
		for i, m := range of {
			if l, ok := live(m.ID); ok && m.FinishedAt.IsZero() {
				of[i].Status = l.Status
			}
		}
	}
	return runs, r.seen(err)
}
