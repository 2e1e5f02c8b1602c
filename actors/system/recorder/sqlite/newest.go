package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// The columns of history_job that keep a [recorder.End]: when it was, and the cursor of the [Store.Take] that said so.
const endColumns = "last_end INTEGER NOT NULL DEFAULT 0, noted INTEGER NOT NULL DEFAULT 0"

// addEnds adds them to the tables of an older build.
const addEnds = `
ALTER TABLE history_job ADD COLUMN last_end INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history_job ADD COLUMN noted INTEGER NOT NULL DEFAULT 0;
UPDATE history_job SET noted = (SELECT seq FROM reader_cursor WHERE name = '` + cursorName + `'),
	last_end = coalesce((SELECT max(finished_at) FROM run WHERE job = name AND reason <> 'coalesced'), 0)`

// lastEnd is when the last of some runs ended, which are in that order; zero: all were folded into others.
func lastEnd(runs []*recorder.Run) messages.Instant {
	for _, r := range slices.Backward(runs) {
		if r.Reason != messages.FinishCoalesced {
			return r.FinishedAt
		}
	}
	return 0
}

// Ends are the ends of the last runs.
func (s *Store) Ends(ctx context.Context, after uint64) (ends []recorder.End, upto uint64, err error) {
	if upto, err = s.Reached(); err != nil {
		return nil, 0, err
	}
	ends, err = all(ctx, s.read, end, "SELECT name, last_end FROM history_job WHERE noted > ? AND last_end > 0 AND removed = 0", int64(after))
	return ends, upto, err
}

func end(rows *sql.Rows) (e recorder.End, err error) {
	err = rows.Scan(&e.Job, &e.At)
	return e, err
}

// Newest are the newest runs of each of these jobs. The outer loop is over the jobs, so that SQLite reads no other rows
// than those that are wanted.
func (s *Store) Newest(ctx context.Context, jobs []string, each int) (map[string][]recorder.Mark, error) {
	names, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	marks, err := all(ctx, s.read, mark, "SELECT "+brief+` FROM json_each(?1) AS name CROSS JOIN run
		WHERE seq IN (SELECT seq FROM run WHERE job = name.value AND folded = 0 ORDER BY seq DESC LIMIT ?2)`,
		string(names), each)
	out := make(map[string][]recorder.Mark, len(jobs))
	for _, m := range marks {
		out[m.Job] = append(out[m.Job], m)
	}
	for _, of := range out {
		slices.SortFunc(of, func(a, b recorder.Mark) int { return cmp.Compare(b.Seq, a.Seq) })
	}
	return out, err
}
