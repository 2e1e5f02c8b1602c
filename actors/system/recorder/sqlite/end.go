package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// The columns of history_job that keep a [recorder.Streak], and whose credential the job's model calls use.
const (
	streakNames   = "ended, failures, since, at_least"
	streakColumns = `payer TEXT NOT NULL DEFAULT '', ended INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
	since INTEGER NOT NULL DEFAULT 0, at_least INTEGER NOT NULL DEFAULT 0`
)

const findJob = `SELECT runs, finished, ` + streakNames + ` FROM history_job WHERE name = ?`

const putJob = `INSERT INTO history_job (name, runs, age, removed, finished, ` + streakNames + `, last_end, noted)
	VALUES (?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (name) DO UPDATE SET finished = excluded.finished, ended = excluded.ended, failures = excluded.failures,
		since = excluded.since, at_least = excluded.at_least, noted = excluded.noted,
		last_end = CASE excluded.last_end WHEN 0 THEN last_end ELSE excluded.last_end END`

// end counts the runs of each job that have ended, and forgets the oldest of those that are too many.
func (t *taking) end() error {
	if len(t.jobs) == 0 {
		return nil
	}
	find, err := t.tx.Prepare(findJob)
	if err != nil {
		return err
	}
	defer find.Close()
	put, err := t.tx.Prepare(putJob)
	if err != nil {
		return err
	}
	defer put.Close()
	for job, runs := range t.jobs {
		if err := t.endOf(find, put, job, runs); err != nil {
			return err
		}
	}
	return nil
}

func (t *taking) endOf(find, put *sql.Stmt, job string, runs []*recorder.Run) error {
	keep := messages.History{}.OrDefault()
	most, finished, s := keep.Runs, 0, recorder.Streak{}
	err := find.QueryRow(job).Scan(&most, &finished, &s.Seq, &s.Failures, &s.Since, &s.AtLeast)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	finished += len(runs)
	slices.SortFunc(runs, func(a, b *recorder.Run) int { return cmp.Compare(a.FinishedAt, b.FinishedAt) })
	for _, r := range runs {
		if !s.End(r) {
			if err := count(t.tx, job, &s); err != nil {
				return err
			}
		}
	}
	_, err = put.Exec(job, keep.Runs, keep.Age.D().Milliseconds(), finished,
		int64(s.Seq), s.Failures, int64(s.Since), s.AtLeast, int64(lastEnd(runs)), int64(t.upto))
	if err != nil || finished <= most {
		return err
	}
	return forget(t.tx, job, finished-most, 0)
}

// count counts the failures of a job by its rows.
func count(tx *sql.Tx, job string, s *recorder.Streak) error {
	rows, err := tx.Query(`SELECT seq, status = 'failed', finished_at FROM run
		WHERE job = ? AND finished_at > 0 AND status IN ('succeeded', 'failed') ORDER BY seq DESC`, job)
	if err != nil {
		return err
	}
	defer rows.Close()
	s.Count(func(yield func(recorder.Ended) bool) {
		for rows.Next() {
			var e recorder.Ended
			if err = rows.Scan(&e.Seq, &e.Failed, &e.FinishedAt); err != nil || !yield(e) {
				return
			}
		}
	})
	return errors.Join(err, rows.Err())
}
