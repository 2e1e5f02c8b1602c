package cli

import (
	"cmp"
	"slices"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/internal/words"
	"curfew/messages"
)

// Bounds of the runs that ended lately, though they were queued before those that are shown.
const (
	maxLate   = 3   // are named
	maxBehind = 500 // behind the list are looked at
)

// late are such runs, the newest first.
type late struct {
	runs []contract.Run
	more bool // there are older runs, which were not looked at
}

// lateRuns are the runs behind a list that ended after the oldest shown one had begun: a run that was held stands where
// it was queued, far below, when it comes at last. List reads a page of the same list.
func lateRuns(shown contract.RunList, list func(contract.Page) (contract.RunList, error)) (l late) {
	began := oldestStart(shown.Items)
	if shown.Next == nil || began.IsZero() {
		return l
	}
	older, err := list(contract.Page{Limit: maxBehind, After: *shown.Next})
	if err != nil {
		return l // the list is there all the same
	}
	for _, r := range older.Items {
		if r.FinishedAt > began {
			l.runs = append(l.runs, r)
		}
	}
	l.more = older.Next != nil
	slices.SortStableFunc(l.runs, func(a, b contract.Run) int { return cmp.Compare(b.FinishedAt, a.FinishedAt) })
	return l
}

// oldestStart is when the oldest run of a list began that has begun; zero: none has.
func oldestStart(shown []contract.Run) (began messages.Instant) {
	for _, r := range shown {
		if !r.StartedAt.IsZero() {
			began = r.StartedAt
		}
	}
	return began
}

// endedSince names runs that the list leaves out and that ended later than one of it began.
func endedSince(s *sheet.Sheet, l late) {
	for _, r := range l.runs[:min(len(l.runs), maxLate)] {
		s.Line("queued before these, and ended %s: run %s of job %s, %s", s.When(r.FinishedAt), r.ID, r.Job, runStatus(r).Text)
	}
	if rest := len(l.runs) - maxLate; rest > 0 {
		least := ""
		if l.more {
			least = "at least "
		}
		s.Line("and %s%s more that ended since", least, words.Count(rest, "run"))
	}
}
