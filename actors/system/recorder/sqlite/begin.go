package sqlite

import (
	"errors"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Seed sets which jobs there are.
func (s *Store) Seed(jobs []*messages.Kept) error {
	err := s.transact(func(tx *transaction) error {
		_, err := tx.Exec("UPDATE history_job SET removed = 1")
		return err
	})
	if err != nil {
		return err
	}
	for part := range slices.Chunk(jobs, recorder.MaxTake) {
		err := s.transact(func(tx *transaction) error {
			return define(tx, part, 0)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Skip moves the cursor past records that were pruned.
func (s *Store) Skip(upto uint64, unfinished map[messages.RunID]bool) error {
	s.held = nil
	lost, err := s.lost(unfinished)
	if err != nil {
		return damaged(err)
	}
	for part := range slices.Chunk(lost, recorder.MaxTake) {
		err := s.transact(func(tx *transaction) error {
			for _, seq := range part {
				if _, err := tx.Exec("DELETE FROM run WHERE seq = ?", seq); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return s.transact(func(tx *transaction) error {
		if _, err := tx.Exec("UPDATE history_job SET at_least = 1; " + forgetKnown); err != nil {
			return err
		}
		return errors.Join(took(tx, upto), move(tx, upto))
	})
}

// lost returns the runs that have no end and are not among the unfinished ones.
func (s *Store) lost(unfinished map[messages.RunID]bool) (lost []int64, err error) {
	rows, err := s.read.Query("SELECT " + brief + " FROM run WHERE outcome = 0 AND outcome <> 1")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan(rows, inBrief)
		if err != nil {
			return nil, err
		}
		if !unfinished[r.ID] {
			lost = append(lost, int64(r.Seq))
		}
	}
	return lost, rows.Err()
}

// move moves the cursor, never back.
func move(tx *transaction, upto uint64) error {
	_, err := tx.Exec("UPDATE reader_cursor SET seq = ? WHERE name = ? AND seq < ?", int64(upto), cursorName,
		int64(upto))
	return err
}

// took notes up to which record there is anything in the tables.
func took(tx *transaction, upto uint64) error {
	_, err := tx.Exec("INSERT INTO history_meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = max(value, excluded.value)",
		takenKey, int64(upto))
	return err
}
