package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Take takes in records, and writes what has become too much to be held.
func (s *Store) Take(records []messages.Record, upto uint64) error {
	return s.whole(func(h *held) error {
		over, err := h.find(s.write, records)
		if err != nil {
			return damaged(err)
		}
		for _, rec := range records {
			if rec.Seq > h.at {
				h.fold(rec)
			}
		}
		for _, r := range over {
			if !r.due {
				delete(h.runs, r.ID)
			}
		}
		h.at = max(h.at, upto)
		switch over, many := h.full(); {
		case many:
			for more := true; more && err == nil; {
				more, err = s.step(h)
			}
			return err
		case over:
			return s.put(h)
		}
		return nil
	})
}

// Settle writes a portion of what is held, or the last of it, and then moves the cursor.
func (s *Store) Settle() (more bool, err error) {
	err = s.whole(func(h *held) (err error) {
		more, err = s.step(h)
		return err
	})
	return more, err
}

// step is a step of settling; more: it was not the last one.
func (s *Store) step(h *held) (more bool, err error) {
	if h.at == h.cursor {
		return false, nil
	}
	if _, _, upto := h.portion(); upto < h.at {
		return true, s.put(h)
	}
	return false, s.settle(h)
}

// put writes a portion.
func (s *Store) put(h *held) error {
	over, others, upto := h.portion()
	err := s.transact(func(tx *sql.Tx) error { return h.write(tx, over, others, upto, nil) })
	if err == nil {
		h.wrote(over, others, upto)
	}
	return err
}

// whole does a step with what is held. If it fails, nothing is held any more: the log is read again from the cursor.
func (s *Store) whole(step func(*held) error) error {
	h, err := s.hold()
	if err == nil {
		err = step(h)
	}
	if err != nil {
		s.held = nil
	}
	return err
}

// settle writes the last portion, all runs that are not over, and the cursor. Runs that began after the cursor are
// written by portions: after a crash they are made again. One that was read from the tables is written together with the
// cursor, as the records after that must find it as it was.
func (s *Store) settle(h *held) error {
	var began, read []*run
	for _, r := range h.runs {
		switch {
		case r.due:
		case r.read:
			read = append(read, r)
		default:
			began = append(began, r)
		}
	}
	for len(began) > maxOver {
		part := began[:maxOver]
		began = began[maxOver:]
		if err := s.transact(func(tx *sql.Tx) error { return putRows(tx, rowsOf(part)) }); err != nil {
			return err
		}
	}
	err := s.transact(func(tx *sql.Tx) error {
		if err := h.write(tx, h.over, h.others, h.at, append(began, read...)); err != nil {
			return err
		}
		return move(tx, h.at)
	})
	if err == nil {
		s.held = &held{cursor: h.at, taken: h.at, at: h.at, runs: h.runs}
		clear(h.runs)
	}
	return err
}

// taking is one transaction.
type taking struct {
	tx   *sql.Tx
	jobs map[string][]*recorder.Run // which have ended, by their jobs
	defs map[string]*messages.Kept  // which have not been written yet, the newest of each job
	less []string                   // jobs whose histories may allow less than before
	paid map[paid]messages.Usage
	upto uint64 // the record up to which the tables are then
}

// write writes a portion, and more runs.
func (h *held) write(tx *sql.Tx, over []*run, others []change, upto uint64, more []*run) error {
	t := &taking{tx: tx, jobs: map[string][]*recorder.Run{}, defs: map[string]*messages.Kept{}, upto: upto}
	for _, c := range others {
		if err := t.change(c); err != nil {
			return err
		}
	}
	if err := t.define(); err != nil {
		return err
	}
	for _, r := range over {
		if !r.was {
			t.jobs[r.Job] = append(t.jobs[r.Job], r.Run)
		}
	}
	if err := putRows(tx, rowsOf(append(more, over...))); err != nil {
		return err
	}
	return errors.Join(t.end(), t.pay(), knows(tx, h.since), took(tx, upto))
}

func (t *taking) change(c change) error {
	if b, ok := c.rec.Body.(messages.JobDefined); ok {
		t.defs[b.Job] = b.Kept
		return nil
	}
	if err := t.define(); err != nil {
		return err
	}
	switch b := c.rec.Body.(type) {
	case messages.JobRemoved:
		_, err := t.tx.Exec("UPDATE history_job SET removed = 1 WHERE name = ?", b.Job)
		return err
	case messages.GateClosed, messages.GateProbing, messages.GateOpened:
		return changeGate(t.tx, c.rec)
	default:
		return t.spent(c.job, c.rec)
	}
}

func rowsOf(held []*run) []*recorder.Run {
	runs := make([]*recorder.Run, len(held))
	for i, r := range held {
		runs[i] = r.Run
	}
	return runs
}

// putRows writes runs in the order of the log, so that they come to the end of the table.
func putRows(tx *sql.Tx, runs []*recorder.Run) error {
	slices.SortFunc(runs, func(a, b *recorder.Run) int { return cmp.Compare(a.Seq, b.Seq) })
	rows := make([][]any, 0, len(runs))
	for _, r := range runs {
		row, err := values(make([]any, 0, 10), r)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return insert(tx, insertRow, onPutRow, rows)
}
