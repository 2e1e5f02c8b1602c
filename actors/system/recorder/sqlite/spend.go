package sqlite

import (
	"curfew/actors/system/recorder"
	"curfew/messages"
)

// paid is a row of history_spend, or, with a job, one of history_job_spend.
type paid struct {
	quarter      messages.Instant
	session, job string
}

// spent adds what an attempt has cost to the sums of the transaction.
func (t *taking) spent(job string, rec messages.Record) error {
	quarter, u, ok := recorder.Spent(rec)
	if !ok {
		return nil
	}
	var payer string
	err := t.tx.QueryRow("SELECT coalesce((SELECT payer FROM history_job WHERE name = ?), '')", job).Scan(&payer)
	if err != nil {
		return err
	}
	if t.paid == nil {
		t.paid = make(map[paid]messages.Usage)
	}
	for _, of := range []paid{{quarter: quarter, session: payer}, {quarter: quarter, job: job}} {
		t.paid[of] = recorder.AddSpend(t.paid[of], u)
	}
	return nil
}

// pay writes the sums of the transaction.
func (t *taking) pay() error {
	for of, u := range t.paid {
		table, key, value := "history_spend", "session", of.session
		if of.job != "" {
			table, key, value = "history_job_spend", "job", of.job
		}
		most := func(column string) string { return column + " = min(" + column + " + excluded." + column + ", ?6)" }
		_, err := t.tx.Exec("INSERT INTO "+table+" (quarter, "+key+", calls, input, output) VALUES (?1, ?2, ?3, ?4, ?5)"+
			" ON CONFLICT DO UPDATE SET "+most("calls")+", "+most("input")+", "+most("output"),
			int64(of.quarter), value, u.Calls, u.InputTokens, u.OutputTokens, recorder.MaxSpend)
		if err != nil {
			return err
		}
	}
	return nil
}

// forgetSpend forgets old sums. It looks without the write lock, and mostly finds nothing.
func (s *Store) forgetSpend(now messages.Instant) error {
	for _, old := range []struct {
		table  string
		before messages.Instant
	}{{"history_spend", now.Add(-recorder.KeepSpend)}, {"history_job_spend", now.Add(-recorder.KeepJobSpend)}} {
		var there bool
		const look = "SELECT EXISTS (SELECT 1 FROM "
		if err := s.read.QueryRow(look+old.table+" WHERE quarter < ?)", int64(old.before)).Scan(&there); err != nil {
			return damaged(err)
		}
		if !there {
			continue
		}
		err := s.transact(func(tx *transaction) error {
			_, err := tx.Exec("DELETE FROM "+old.table+" WHERE quarter < ?", int64(old.before))
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
