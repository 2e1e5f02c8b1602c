package history

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"curfew/actors/recorder"
	"curfew/messages"
)

// columns of a row of run, in the order of scan and values.
const columns = `seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger, holds, attempts, output`

// scan reads a row.
func scan(row interface{ Scan(...any) error }) (*recorder.Run, error) {
	r := &recorder.Run{}
	var holds, attempts []byte
	err := row.Scan(&r.Seq, &r.ID, &r.Job, &r.Status, &r.Reason, &r.QueuedAt, &r.StartedAt, &r.FinishedAt,
		&r.Slot, &r.FirstSlot, &r.Missed, &r.Trigger, &holds, &attempts, &r.Output)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(holds, &r.Holds); err != nil {
		return nil, fmt.Errorf("%w: holds of run %s: %w", recorder.ErrDamaged, r.ID, err)
	}
	if err := json.Unmarshal(attempts, &r.Attempts); err != nil {
		return nil, fmt.Errorf("%w: attempts of run %s: %w", recorder.ErrDamaged, r.ID, err)
	}
	return r, nil
}

const putRow = `INSERT INTO run (` + columns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (seq) DO UPDATE SET status = excluded.status, reason = excluded.reason, started_at = excluded.started_at,
		finished_at = excluded.finished_at, slot = excluded.slot, first_slot = excluded.first_slot, missed = excluded.missed,
		holds = excluded.holds, attempts = excluded.attempts, output = excluded.output`

// values writes a row.
func values(r *recorder.Run) ([]any, error) {
	holds, err := json.Marshal(r.Holds)
	if err != nil {
		return nil, err
	}
	attempts, err := json.Marshal(r.Attempts)
	if err != nil {
		return nil, err
	}
	return []any{
		int64(r.Seq), string(r.ID), r.Job, string(r.Status), string(r.Reason), int64(r.QueuedAt), int64(r.StartedAt), int64(r.FinishedAt),
		int64(r.Slot), int64(r.FirstSlot), r.Missed, string(r.Trigger), string(holds), string(attempts), r.Output,
	}, nil
}

// define says what a job's history allows.
func define(tx *sql.Tx, d messages.Definition) error {
	keep := d.History.OrDefault()
	_, err := tx.Exec(`INSERT INTO history_job (name, runs, age, removed, finished) VALUES (?, ?, ?, 0, 0)
		ON CONFLICT (name) DO UPDATE SET runs = excluded.runs, age = excluded.age, removed = 0`,
		d.Job, keep.Runs, keep.Age.D().Milliseconds())
	return err
}
