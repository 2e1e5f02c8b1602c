package sqlite

import (
	"cmp"
	"errors"
	"slices"
	"sort"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// Take takes in records, and writes what has become too much to be held.
func (s *Store) Take(records []messages.Record, upto uint64) error {
	return s.whole(func(h *held) (err error) {
		again := sort.Search(len(records), func(i int) bool { return records[i].Seq > h.taken })
		// Once the first part is folded, no run that is over in the tables is held, so that the second finds it there.
		for _, part := range [][]messages.Record{records[:again], records[again:]} {
			if err := h.take(s.write, part); err != nil {
				return damaged(err)
			}
		}
		h.at, h.left = max(h.at, upto), nil
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

// Settle writes a part of what is held, or the last of it, and then moves the cursor.
func (s *Store) Settle() (more bool, err error) {
	err = s.whole(func(h *held) (err error) {
		more, err = s.step(h)
		return err
	})
	return more, err
}

// step is a step of settling, a transaction: it writes runs that are over and all else, then runs that are not over, and
// in the end the cursor. More: it was not the last step.
func (s *Store) step(h *held) (more bool, err error) {
	if h.at == h.cursor || h.behind() {
		return false, nil
	}
	err = s.transact(func(tx *transaction) (err error) {
		n, err := s.portions(tx, h)
		for err == nil && h.taken == h.at && len(h.unwritten()) > 0 && !s.enough(n) {
			part := h.left[:min(s.portion, len(h.left))]
			err, h.left, n = putRows(tx, rowsOf(part), h.at), h.left[len(part):], n+len(part)
		}
		if more = h.taken < h.at || len(h.left) > 0; more || err != nil {
			return err
		}
		return move(tx, h.at)
	})
	if err == nil && !more {
		s.held = &held{cursor: h.at, taken: h.at, at: h.at, runs: map[messages.RunID]*run{}}
	}
	return more, err
}

// put writes runs that are over, and all else, in one transaction.
func (s *Store) put(h *held) error {
	return s.transact(func(tx *transaction) error {
		_, err := s.portions(tx, h)
		return err
	})
}

// portions writes portions, at least one unless all are written, and says how many runs and changes that were. What is
// written is held no more: if the transaction fails, nothing is.
func (s *Store) portions(tx *transaction, h *held) (n int, err error) {
	for h.taken < h.at && !s.enough(n) {
		over, others, upto := h.portion(s.portion)
		if err := h.write(tx, over, others, upto); err != nil {
			return n, err
		}
		n += len(over) + len(others)
		h.wrote(over, others, upto)
	}
	return n, nil
}

// enough reports whether a transaction that has written n runs and changes is to end: it is large, or another writer
// waits for its turn.
func (s *Store) enough(n int) bool { return n >= s.most || n > 0 && s.write.Wanted() }

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

// taking is one transaction.
type taking struct {
	tx   *transaction
	jobs map[string][]*recorder.Run // which have ended, by their jobs
	defs map[string]*messages.Kept  // which have not been written yet, the newest of each job
	less []string                   // jobs whose histories may allow less than before
	paid map[paid]messages.Usage
	upto uint64 // the record up to which the tables are then
}

// write writes a portion.
func (h *held) write(tx *transaction, over []*run, others []change, upto uint64) error {
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
	if err := putRows(tx, rowsOf(over), upto); err != nil {
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

// putRows writes runs, folded up to a record, in the order of the log, so that they come to the end of the table.
func putRows(tx *transaction, runs []*recorder.Run, upto uint64) error {
	slices.SortFunc(runs, func(a, b *recorder.Run) int { return cmp.Compare(a.Seq, b.Seq) })
	rows := make([][]any, 0, len(runs))
	for _, r := range runs {
		row, err := values(make([]any, 0, 10), r, upto)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return insert(tx, insertRow, onPutRow, rows)
}
