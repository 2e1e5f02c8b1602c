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

// putPlain counts runs that ended without a failure, unless something follows from them: the job has failed before, or
// its history is full. Most runs end so, and one statement costs a third of finding the row and putting it.
const putPlain = `UPDATE history_job SET finished = finished + ?1, at_least = CASE WHEN ended < ?2 THEN 0 ELSE at_least END,
		ended = max(ended, ?2), last_end = CASE ?3 WHEN 0 THEN last_end ELSE ?3 END, noted = ?4
	WHERE name = ?5 AND failures = 0 AND finished + ?1 <= runs`

const findJobs = `SELECT name, runs, removed, finished, ` + streakNames + ` FROM history_job WHERE name IN (SELECT value FROM json_each(?))`

const putJob = `INSERT INTO history_job (name, runs, age, removed, finished, ` + streakNames + `, last_end, noted)`

const onPutJob = `ON CONFLICT (name) DO UPDATE SET finished = excluded.finished, ended = excluded.ended, failures = excluded.failures,
		since = excluded.since, at_least = excluded.at_least, noted = excluded.noted,
		last_end = CASE excluded.last_end WHEN 0 THEN last_end ELSE excluded.last_end END`

// tallied is a row of history_job.
type tallied struct {
	most, finished int
	removed        bool
	recorder.Streak
}

// end counts the runs of each job that have ended, and forgets the oldest of those that are too many.
func (t *taking) end() error {
	rest, err := t.plain()
	if err != nil {
		return err
	}
	known := make(map[string]*tallied, len(rest))
	keep := messages.History{}.OrDefault()
	for _, name := range rest {
		if len(t.jobs[name]) > 0 {
			known[name] = &tallied{most: keep.Runs}
		}
	}
	err = each(t.tx, findJobs, rest, func(rows *sql.Rows) error {
		var name string
		var j tallied
		err := rows.Scan(&name, &j.most, &j.removed, &j.finished, &j.Seq, &j.Failures, &j.Since, &j.AtLeast)
		if len(t.jobs[name]) > 0 || j.finished > j.most {
			known[name] = &j
		}
		return err
	})
	if err != nil {
		return err
	}
	f := forgetter{tx: t.tx}
	put := make([][]any, 0, len(known))
	for _, name := range slices.Sorted(maps.Keys(known)) {
		j, runs := known[name], t.jobs[name]
		if err := t.tally(j, name, runs); err != nil {
			return err
		}
		gone, err := f.surplus(name, j)
		if err != nil {
			return err
		}
		put = append(put, []any{
			name, keep.Runs, keep.Age.D().Milliseconds(), 0, j.finished - gone,
			int64(j.Seq), j.Failures, int64(j.Since), j.AtLeast, int64(lastEnd(runs)), int64(t.upto),
		})
	}
	return insert(t.tx, putJob, onPutJob, put)
}

// plain counts the runs from which nothing follows. It returns the other jobs, and those that have been defined.
func (t *taking) plain() (rest []string, err error) {
	rest = t.less
	if len(t.jobs) == 0 {
		return rest, nil
	}
	put, err := t.tx.prepared(putPlain)
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(t.jobs)) {
		runs := t.jobs[name]
		slices.SortFunc(runs, func(a, b *recorder.Run) int { return cmp.Compare(a.FinishedAt, b.FinishedAt) })
		newest, failed := uint64(0), false
		for _, r := range runs {
			failed = failed || r.Status == messages.StatusFailed
			if r.Status == messages.StatusSucceeded {
				newest = max(newest, r.Seq)
			}
		}
		counted := int64(0)
		if !failed {
			done, err := put.Exec(len(runs), int64(newest), int64(lastEnd(runs)), int64(t.upto), name)
			if err != nil {
				return nil, err
			}
			if counted, err = done.RowsAffected(); err != nil {
				return nil, err
			}
		}
		if counted == 0 {
			rest = append(rest, name)
		}
	}
	return rest, nil
}

// tally takes in the runs of a job that have ended, in the order in which they did.
func (t *taking) tally(j *tallied, job string, runs []*recorder.Run) error {
	j.finished += len(runs)
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
func count(tx *transaction, job string, s *recorder.Streak) error {
	rows, err := tx.Query(`SELECT seq, outcome = 2, finished_at FROM run WHERE job = ? AND outcome IN (1, 2) ORDER BY seq DESC`, job)
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
