package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"maps"
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

const findJobs = `SELECT name, runs, finished, ` + streakNames + ` FROM history_job WHERE name IN (SELECT value FROM json_each(?))`

const putJob = `INSERT INTO history_job (name, runs, age, removed, finished, ` + streakNames + `, last_end, noted)`

const onPutJob = `ON CONFLICT (name) DO UPDATE SET finished = excluded.finished, ended = excluded.ended, failures = excluded.failures,
		since = excluded.since, at_least = excluded.at_least, noted = excluded.noted,
		last_end = CASE excluded.last_end WHEN 0 THEN last_end ELSE excluded.last_end END`

// tallied is a row of history_job.
type tallied struct {
	most, finished int
	recorder.Streak
}

// end counts the runs of each job that have ended, and forgets the oldest of those that are too many.
func (t *taking) end() error {
	keep := messages.History{}.OrDefault()
	known := make(map[string]*tallied, len(t.jobs))
	for job := range t.jobs {
		known[job] = &tallied{most: keep.Runs}
	}
	names := slices.Sorted(maps.Keys(t.jobs))
	err := each(t.tx, findJobs, names, func(rows *sql.Rows) error {
		var name string
		var j tallied
		err := rows.Scan(&name, &j.most, &j.finished, &j.Seq, &j.Failures, &j.Since, &j.AtLeast)
		known[name] = &j
		return err
	})
	if err != nil {
		return err
	}
	put := make([][]any, 0, len(names))
	for _, name := range names {
		j, runs := known[name], t.jobs[name]
		if err := t.tally(j, name, runs); err != nil {
			return err
		}
		put = append(put, []any{
			name, keep.Runs, keep.Age.D().Milliseconds(), 0, j.finished,
			int64(j.Seq), j.Failures, int64(j.Since), j.AtLeast, int64(lastEnd(runs)), int64(t.upto),
		})
	}
	if err := insert(t.tx, putJob, onPutJob, put); err != nil {
		return err
	}
	f := forgetter{tx: t.tx}
	for _, name := range names {
		if j := known[name]; j.finished > j.most {
			if err := f.forget(name, j.finished-j.most, 0); err != nil {
				return err
			}
		}
	}
	return nil
}

// tally takes in the runs of a job that have ended.
func (t *taking) tally(j *tallied, job string, runs []*recorder.Run) error {
	j.finished += len(runs)
	slices.SortFunc(runs, func(a, b *recorder.Run) int { return cmp.Compare(a.FinishedAt, b.FinishedAt) })
	for _, r := range runs {
		if !j.End(r) {
			if err := count(t.tx, job, &j.Streak); err != nil {
				return err
			}
		}
	}
	return nil
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
