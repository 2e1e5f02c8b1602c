package sqlite

import (
	"database/sql"
	"fmt"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// oldest selects the finished runs of a job that may be forgotten: all but its last one, and the newest failure of one
// that fails, unless the job was removed.
const oldest = `SELECT seq FROM run WHERE job = ?1 AND finished_at > 0 AND (
		(SELECT removed FROM history_job WHERE name = ?1)
		OR seq IS NOT (SELECT seq FROM run WHERE job = ?1 AND reason <> 'coalesced' ORDER BY seq DESC LIMIT 1)
		AND seq IS NOT (SELECT ended FROM history_job WHERE name = ?1 AND failures > 0))`

// A forgetter forgets runs in a transaction. Its statements are parsed once for all jobs: that takes longer than to
// delete a run.
type forgetter struct {
	tx               *sql.Tx
	remove, discount *sql.Stmt // nil until they are needed
}

// forget deletes the oldest surplus runs of a job, then the runs that ended before the instant, at most
// [recorder.SweepRuns] of each.
func (f *forgetter) forget(job string, surplus int, before messages.Instant) error {
	for _, part := range []struct {
		before messages.Instant
		most   int
	}{{1 << 62, max(0, surplus)}, {before, recorder.SweepRuns}} {
		if part.most == 0 || part.before == 0 {
			continue
		}
		if err := f.prepare(); err != nil {
			return err
		}
		gone, err := f.remove.Exec(job, int64(part.before), min(part.most, recorder.SweepRuns))
		if err != nil {
			return err
		}
		n, err := gone.RowsAffected()
		if err != nil {
			return err
		}
		if _, err := f.discount.Exec(n, job); err != nil {
			return err
		}
	}
	return nil
}

func (f *forgetter) prepare() (err error) {
	if f.discount != nil {
		return nil
	}
	f.remove, err = f.tx.Prepare(`DELETE FROM run WHERE seq IN (` + oldest + ` AND finished_at < ?2 ORDER BY seq LIMIT ?3)`)
	if err == nil {
		f.discount, err = f.tx.Prepare("UPDATE history_job SET finished = finished - ? WHERE name = ?")
	}
	return err
}

// candidate is a job with runs that its history may no longer allow.
type candidate struct {
	name    string
	surplus int
	age     int64 // milliseconds
	removed bool
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
		err := s.transact(func(tx *sql.Tx) error {
			f := forgetter{tx: tx}
			if err := f.forget(c.name, c.surplus, now-messages.Instant(c.age)); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM history_job
				WHERE name = ?1 AND removed AND NOT EXISTS (SELECT 1 FROM run WHERE job = ?1)`, c.name)
			return err
		})
		if err != nil {
			return err
		}
	}
	s.swept = last
	if n < recorder.SweepJobs {
		s.swept = "" // the round is complete
	}
	return nil
}

// candidates returns those of the next jobs whose oldest finished run is too old, that have too many runs, or that were
// removed.
func (s *Store) candidates(now messages.Instant) (found []candidate, last string, n int, err error) {
	rows, err := s.read.Query(`SELECT name, finished - runs, age, removed,
			coalesce((SELECT finished_at FROM run WHERE job = name AND finished_at > 0 ORDER BY seq LIMIT 1), ?1) < ?1 - age
		FROM history_job WHERE name > ?2 ORDER BY name LIMIT ?3`, int64(now), s.swept, recorder.SweepJobs)
	if err != nil {
		return nil, "", 0, err
	}
	defer rows.Close()
	for ; rows.Next(); n++ {
		var c candidate
		var old bool
		if err := rows.Scan(&c.name, &c.surplus, &c.age, &c.removed, &old); err != nil {
			return nil, "", 0, err
		}
		if last = c.name; old || c.removed || c.surplus > 0 {
			found = append(found, c)
		}
	}
	return found, last, n, rows.Err()
}
