package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"curfew/actors/system/recorder"
)

// columns6 of a row of run up to schema 6, in the order of scan6.
const columns6 = `seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger, follows, holds, attempts, output, traces`

// bring6 turns the rows of schema 6 into those of schema 7, by portions.
func bring6(tx *transaction) error {
	if _, err := tx.Exec("ALTER TABLE run RENAME TO run_6; " + dropIndexes + runTable); err != nil {
		return err
	}
	for after, more := uint64(0), true; more; {
		rows, err := rows6(tx, after)
		if err != nil {
			return err
		}
		if more = len(rows) > 0; more {
			after = rows[len(rows)-1].Seq
		}
		if err := putRows(tx, rows, 0); err != nil {
			return err
		}
	}
	_, err := tx.Exec("DROP TABLE run_6")
	return err
}

// rows6 reads the next rows of schema 6.
func rows6(tx *transaction, after uint64) (out []*recorder.Run, err error) {
	rows, err := tx.Query("SELECT "+columns6+" FROM run_6 WHERE seq > ? ORDER BY seq LIMIT ?", int64(after), recorder.MaxTake)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scan6(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, rows.Err()
}

func scan6(row *sql.Rows) (*recorder.Run, error) {
	r := &recorder.Run{}
	var follows, holds, attempts, traces []byte
	err := row.Scan(
		&r.Seq, &r.ID, &r.Job, &r.Status, &r.Reason, &r.QueuedAt, &r.StartedAt, &r.FinishedAt,
		&r.Slot, &r.FirstSlot, &r.Missed, &r.Trigger, &follows, &holds, &attempts, &r.Output, &traces,
	)
	if err != nil {
		return nil, err
	}
	for _, part := range []struct {
		name string
		raw  []byte
		to   any
	}{{"follows", follows, &r.After}, {"holds", holds, &r.Holds}, {"attempts", attempts, &r.Attempts}, {"traces", traces, &r.Traces}} {
		if len(part.raw) == 0 {
			continue
		}
		if err := json.Unmarshal(part.raw, part.to); err != nil {
			return nil, fmt.Errorf("%w: %s of run %s: %w", recorder.ErrDamaged, part.name, r.ID, err)
		}
	}
	return r, nil
}
