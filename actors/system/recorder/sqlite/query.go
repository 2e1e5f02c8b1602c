package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// unfinished are the states that only the machine knows for certain.
var unfinished = []messages.Status{
	messages.StatusQueued, messages.StatusRunning, messages.StatusBackingOff,
	messages.StatusHeld,
}

// Query lists runs. SQLite narrows the choice by its indexes; the page decides.
func (s *Store) Query(ctx context.Context, q recorder.Query) (_ []recorder.Run, next string, err error) {
	before, err := q.Before()
	if err != nil {
		return nil, "", err
	}
	where, args := []string{"seq < ?"}, []any{int64(before)}
	and := func(cond string, values ...any) {
		where, args = append(where, cond), append(args, values...)
	}
	if q.Job != "" {
		and("job = ?", q.Job)
	}
	switch {
	case q.Status == "":
	case slices.Contains(unfinished, q.Status):
		and("finished_at = 0")
	default:
		and("finished_at > 0 AND status = ?", string(q.Status))
	}
	if !q.Since.IsZero() {
		and("queued_at >= ?", int64(q.Since))
	}
	if !q.Until.IsZero() {
		and("queued_at < ?", int64(q.Until))
	}
	what := listed
	if q.Brief {
		what = brief + ", ''"
	}
	rows, err := s.read.QueryContext(ctx,
		"SELECT "+what+" FROM run WHERE "+strings.Join(where, " AND ")+" ORDER BY seq DESC", args...)
	if err != nil {
		return nil, "", damaged(err)
	}
	defer rows.Close()
	page := recorder.Page{Query: q}
	for rows.Next() {
		r, err := scan(rows, false)
		if err != nil {
			return nil, "", damaged(err)
		}
		if !page.Offer(r) {
			return page.Runs, page.Next, nil
		}
	}
	return page.Runs, page.Next, damaged(rows.Err())
}

// Get finds a run.
func (s *Store) Get(ctx context.Context, id messages.RunID) (recorder.Run, bool, error) {
	return one(s.read.QueryRowContext(ctx, "SELECT "+columns+" FROM run WHERE id = ?", string(id)), true)
}

// LastRun is the newest run of a job.
func (s *Store) LastRun(ctx context.Context, job string) (recorder.Run, bool, error) {
	const newest = "SELECT " + listed + " FROM run WHERE job = ? AND reason <> ? ORDER BY seq DESC LIMIT 1"
	return one(s.read.QueryRowContext(ctx, newest, job, string(messages.FinishCoalesced)), false)
}

func one(row *sql.Row, traced bool) (recorder.Run, bool, error) {
	r, err := scan(row, traced)
	if errors.Is(err, sql.ErrNoRows) {
		return recorder.Run{}, false, nil
	}
	if err != nil {
		return recorder.Run{}, false, damaged(err)
	}
	return *r, true, nil
}
