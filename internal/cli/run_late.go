package cli

import (
	"cmp"
	"context"
	"slices"

	"curfew/internal/api"
	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// maxLate is how many runs are named that ended lately, though they were queued before those that are shown.
const maxLate = 3

// lateRuns are the runs of the page behind a list that ended after the oldest shown one had begun, the newest first: a run
// that was held stands where it was queued, far below, when it comes at last.
func lateRuns(ctx context.Context, client *api.Client, q contract.RunQuery, shown contract.RunList) []contract.Run {
	if shown.Next == nil {
		return nil
	}
	q.Page = contract.Page{Limit: contract.DefaultLimit, After: *shown.Next}
	older, err := client.Runs(ctx, q)
	if err != nil {
		return nil // the list is there all the same
	}
	return lateOf(shown.Items, older.Body.Items)
}

func lateOf(shown, older []contract.Run) (late []contract.Run) {
	var began messages.Instant
	for _, r := range shown {
		if !r.StartedAt.IsZero() {
			began = r.StartedAt // the last is the oldest
		}
	}
	for _, r := range older {
		if !began.IsZero() && r.FinishedAt > began {
			late = append(late, r)
		}
	}
	slices.SortStableFunc(late, func(a, b contract.Run) int { return cmp.Compare(b.FinishedAt, a.FinishedAt) })
	return late
}

// endedSince names runs that the list leaves out and that ended later than one of it began.
func endedSince(s *sheet.Sheet, late []contract.Run) {
	for _, r := range late[:min(len(late), maxLate)] {
		s.Line("queued before these, and ended %s: run %s of job %s, %s", s.When(r.FinishedAt), r.ID, r.Job, runStatus(r).Text)
	}
	if more := len(late) - maxLate; more > 0 {
		s.Line("and %s more that ended since", words.Count(more, "run"))
	}
}
