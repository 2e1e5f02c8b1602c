package sqlite

import (
	"fmt"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// removeOldest forgets the oldest finished runs of a job, at most ?3 of those that ended before ?2. If the job is there
// (?4 is false), its last run stays, and so does the run ?5, its newest failure if it fails.
const removeOldest = `DELETE FROM run WHERE seq IN (SELECT seq FROM run WHERE job = ?1 AND finished_at > 0 AND (?4
		OR seq IS NOT (SELECT seq FROM run WHERE job = ?1 AND folded = 0 ORDER BY seq DESC LIMIT 1) AND seq IS NOT ?5)
	AND finished_at < ?2 ORDER BY seq LIMIT ?3)`

// A forgetter forgets runs in a transaction.
type forgetter struct{ tx *transaction }

// surplus forgets the oldest runs of a job that are too many.
func (f *forgetter) surplus(job string, j *tallied) (gone int, err error) {
	if j.finished <= j.most {
		return 0, nil
	}
	return f.forget(job, j, 1<<62, j.finished-j.most)
}

// forget forgets at most so many runs of a job that ended before the instant, and at most [recorder.SweepRuns].
func (f *forgetter) forget(job string, j *tallied, before messages.Instant, most int) (gone int, err error) {
	remove, err := f.tx.prepared(removeOldest)
	if err != nil {
		return 0, err
	}
	stays := int64(0)
	if j.Failures > 0 {
		stays = int64(j.Seq)
	}
	done, err := remove.Exec(job, int64(before), min(most, recorder.SweepRuns), j.removed, stays)
	if err != nil {
		return 0, err
	}
	n, err := done.RowsAffected()
	return int(n), err
}

// candidate is a job with runs that its history may no longer allow.
type candidate struct {
	name string
	age  int64 // milliseconds
	tallied
}

// Forget looks at the next jobs. It looks without the write lock, and mostly finds nothing.
func (s *Store) Forget(now messages.Instant) error {
	if err := s.forgetSpend(now); err != nil {
		return err
	}
	found, last, n, err := s.candidates(now)
	if err != nil {
		return damaged(fmt.Errorf("look for old runs: %w", err))
	}
	for _, c := range found {
		if err := s.transact(func(tx *transaction) error { return c.forget(tx, now) }); err != nil {
			return err
		}
	}
	s.swept = last
	if n < recorder.SweepJobs {
		s.swept = "" // the round is complete
	}
	return nil
}

func (c *candidate) forget(tx *transaction, now messages.Instant) error {
	f := forgetter{tx: tx}
	many, err := f.surplus(c.name, &c.tallied)
	if err != nil {
		return err
	}
	old, err := f.forget(c.name, &c.tallied, now-messages.Instant(c.age), recorder.SweepRuns)
	if err != nil {
		return err
	}
	if _, err := tx.Exec("UPDATE history_job SET finished = finished - ? WHERE name = ?", many+old, c.name); err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM history_job WHERE name = ?1 AND removed AND NOT EXISTS (SELECT 1 FROM run WHERE job = ?1)", c.name)
	return err
}

// candidates returns those of the next jobs whose oldest finished run is too old, that have too many runs, or that were
// removed.
func (s *Store) candidates(now messages.Instant) (found []candidate, last string, n int, err error) {
	rows, err := s.read.Query(`SELECT name, age, runs, removed, finished, ended, failures,
			coalesce((SELECT finished_at FROM run WHERE job = name AND finished_at > 0 ORDER BY seq LIMIT 1), ?1) < ?1 - age
		FROM history_job WHERE name > ?2 ORDER BY name LIMIT ?3`, int64(now), s.swept, recorder.SweepJobs)
	if err != nil {
		return nil, "", 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var c candidate
		var old bool
		if err := rows.Scan(&c.name, &c.age, &c.most, &c.removed, &c.finished, &c.Seq, &c.Failures, &old); err != nil {
			return nil, "", 0, err
		}
		if last = c.name; old || c.removed || c.finished > c.most {
			found = append(found, c)
		}
	}
	return found, last, n, rows.Err()
}
