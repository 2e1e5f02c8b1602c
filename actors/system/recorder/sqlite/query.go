package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

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
	case !q.Status.Final(): // only the machine knows these for certain
		and("outcome = 0 AND outcome <> 1") // by the index
	case q.Status == messages.StatusSucceeded:
		and("outcome = 1")
	default:
		and("outcome = ? AND outcome <> 1", outcomeOf(q.Status))
	}
	if !q.Since.IsZero() {
		and("queued_at >= ?", int64(q.Since))
	}
	if !q.Until.IsZero() {
		and("queued_at < ?", int64(q.Until))
	}
	names, what := listed, inList
	if q.Brief {
		names, what = brief, inBrief
	}
	rows, err := s.read.QueryContext(ctx,
		"SELECT "+names+" FROM run WHERE "+strings.Join(where, " AND ")+" ORDER BY seq DESC", args...)
	if err != nil {
		return nil, "", damaged(err)
	}
	defer rows.Close()
	page := recorder.Page{Query: q}
	for rows.Next() {
		r, err := scan(rows, what)
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
	rows, err := s.read.QueryContext(ctx, allByKeys, fmt.Sprintf("[%d]", keyOf(id)))
	if err != nil {
		return recorder.Run{}, false, damaged(err)
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows, inFull)
		if err != nil {
			return recorder.Run{}, false, damaged(err)
		}
		if r.ID == id { // else it has the same key
			return *r, true, nil
		}
	}
	return recorder.Run{}, false, damaged(rows.Err())
}

// LastRuns are the newest runs of jobs. The outer loop is over the jobs, as in [Store.Newest].
func (s *Store) LastRuns(ctx context.Context, jobs []string) (map[string]recorder.Run, error) {
	names, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	found, err := all(ctx, s.read, func(rows *sql.Rows) (*recorder.Run, error) { return scan(rows, inList) },
		"SELECT "+listed+` FROM json_each(?) AS name CROSS JOIN run
		WHERE seq = (SELECT seq FROM run WHERE job = name.value AND folded = 0 ORDER BY seq DESC LIMIT 1)`, string(names))
	out := make(map[string]recorder.Run, len(found))
	for _, r := range found {
		out[r.Job] = *r
	}
	return out, err
}
