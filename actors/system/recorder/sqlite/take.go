package sqlite

import (
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
	find *sql.Stmt
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
		find, err := tx.Prepare("SELECT " + columns + " FROM run WHERE id = ?")
		if err != nil {
			return err
		}
		defer find.Close()
		t := &taking{tx: tx, find: find, runs: map[messages.RunID]*taken{}, jobs: map[string][]*recorder.Run{}, upto: upto}
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
	id, topic := messages.RunOf(rec.Body), rec.Body.Topic()
	if id == "" || topic != messages.TopicRun && topic != messages.TopicAttempt {
		return nil // what is said about a run changes nothing in it
	}
	r, err := t.load(id)
	if err != nil {
		return err
	}
	if out := recorder.Fold(r.run, rec); out != nil {
		r.run, r.new = out, true
		return t.spent(out.Job, rec)
	}
	return nil
}

func (t *taking) load(id messages.RunID) (*taken, error) {
	if r := t.runs[id]; r != nil {
		return r, nil
	}
	r := &taken{}
	run, err := scan(t.find.QueryRow(string(id)), true)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	if err == nil {
		r.run, r.over = run, run.Final()
	}
	t.runs[id] = r
	t.made = append(t.made, r)
	return r, nil
}

// put writes what has changed, in the order of the log.
func (t *taking) put() error {
	changed := slices.DeleteFunc(t.made, func(r *taken) bool { return !r.new })
	slices.SortFunc(changed, func(a, b *taken) int { return int(a.run.Seq) - int(b.run.Seq) })
	if len(changed) == 0 {
		return nil
	}
	put, err := t.tx.Prepare(putRow)
	if err != nil {
		return err
	}
	defer put.Close()
	for _, r := range changed {
		row, err := values(r.run)
		if err != nil {
			return err
		}
		if _, err := put.Exec(row...); err != nil {
			return err
		}
		if r.run.Final() && !r.over {
			t.jobs[r.run.Job] = append(t.jobs[r.run.Job], r.run)
		}
	}
	return nil
}
