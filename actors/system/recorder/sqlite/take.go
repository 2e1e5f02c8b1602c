package sqlite

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// taking is one transaction of Take. Its runs are read once and written once, and forgotten with it: what
// is kept in memory does not grow with the jobs.
type taking struct {
	tx   *sql.Tx
	runs map[messages.RunID]*taken
	made []*taken                   // in the order in which they were met
	jobs map[string][]*recorder.Run // which have ended, and jobs that were defined
	paid map[paid]messages.Usage
	upto uint64 // the cursor after it
}

// taken is a run in a transaction.
type taken struct {
	run  *recorder.Run // nil: it is not known
	over bool          // it was, before
	new  bool          // to be written
}

// Take takes in records.
func (s *Store) Take(records []messages.Record, upto uint64) error {
	cursor, err := s.Cursor()
	if err != nil {
		return err
	}
	return s.transact(func(tx *sql.Tx) error {
		t := &taking{tx: tx, runs: map[messages.RunID]*taken{}, jobs: map[string][]*recorder.Run{}, upto: upto}
		if err := t.load(records); err != nil {
			return err
		}
		for _, rec := range records {
			if rec.Seq <= cursor {
				continue
			}
			if err := t.take(rec); err != nil {
				return err
			}
		}
		if err := t.put(); err != nil {
			return err
		}
		if err := t.end(); err != nil {
			return err
		}
		if err := t.pay(); err != nil {
			return err
		}
		return errors.Join(knows(tx, records, cursor), move(tx, upto))
	})
}

func (t *taking) take(rec messages.Record) error {
	switch b := rec.Body.(type) {
	case messages.JobDefined:
		if _, ok := t.jobs[b.Job]; !ok {
			t.jobs[b.Job] = nil // its history may allow less than before
		}
		return define(t.tx, b.Definition)
	case messages.JobRemoved:
		_, err := t.tx.Exec("UPDATE history_job SET removed = 1 WHERE name = ?", b.Job)
		return err
	case messages.GateClosed, messages.GateProbing, messages.GateOpened:
		return changeGate(t.tx, rec)
	}
	r := t.runs[runOf(rec)]
	if r == nil {
		return nil
	}
	if out := recorder.Fold(r.run, rec); out != nil {
		r.run, r.new = out, true
		return t.spent(out.Job, rec)
	}
	return nil
}

// runOf is the run that a record changes; empty: none. What is said about a run on other topics changes nothing in it.
func runOf(rec messages.Record) messages.RunID {
	if topic := rec.Body.Topic(); topic != messages.TopicRun && topic != messages.TopicAttempt {
		return ""
	}
	return messages.RunOf(rec.Body)
}

// load reads the runs that the records are about, all at once.
func (t *taking) load(records []messages.Record) error {
	var ids []messages.RunID
	for _, rec := range records {
		id := runOf(rec)
		if id == "" || t.runs[id] != nil {
			continue
		}
		t.runs[id] = &taken{}
		t.made, ids = append(t.made, t.runs[id]), append(ids, id)
	}
	return each(t.tx, "SELECT "+columns+" FROM run WHERE id IN (SELECT value FROM json_each(?))", ids, func(rows *sql.Rows) error {
		run, err := scan(rows, true)
		if err != nil {
			return err
		}
		*t.runs[run.ID] = taken{run: run, over: run.Final()}
		return nil
	})
}

// put writes what has changed, in the order of the log.
func (t *taking) put() error {
	changed := slices.DeleteFunc(t.made, func(r *taken) bool { return !r.new })
	slices.SortFunc(changed, func(a, b *taken) int { return cmp.Compare(a.run.Seq, b.run.Seq) })
	if len(changed) == 0 {
		return nil
	}
	rows := make([][]any, 0, len(changed))
	for _, r := range changed {
		row, err := values(r.run)
		if err != nil {
			return err
		}
		rows = append(rows, row)
		if r.run.Final() && !r.over {
			t.jobs[r.run.Job] = append(t.jobs[r.run.Job], r.run)
		}
	}
	return insert(t.tx, "INSERT INTO run ("+columns+")", onPutRow, rows)
}
