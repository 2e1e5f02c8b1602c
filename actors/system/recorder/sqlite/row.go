package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// columns of a row of run, in the order of scan and values. Lists read the first ones only.
const (
	brief   = `seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger, follows, holds, attempts`
	listed  = brief + `, output`
	columns = listed + `, traces`
)

// scan reads a row, with its traces if the query has them.
func scan(row interface{ Scan(...any) error }, traced bool) (*recorder.Run, error) {
	r := &recorder.Run{}
	var follows, holds, attempts, traces []byte
	to := []any{
		&r.Seq, &r.ID, &r.Job, &r.Status, &r.Reason, &r.QueuedAt, &r.StartedAt, &r.FinishedAt,
		&r.Slot, &r.FirstSlot, &r.Missed, &r.Trigger, &follows, &holds, &attempts, &r.Output,
	}
	if traced {
		to = append(to, &traces)
	}
	if err := row.Scan(to...); err != nil {
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

const putRow = `INSERT INTO run (` + columns + `) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (seq) DO UPDATE SET status = excluded.status, reason = excluded.reason, started_at = excluded.started_at,
		finished_at = excluded.finished_at, slot = excluded.slot, first_slot = excluded.first_slot, missed = excluded.missed,
		follows = excluded.follows, holds = excluded.holds, attempts = excluded.attempts, output = excluded.output, traces = excluded.traces`

// values returns the columns of a row.
func values(r *recorder.Run) ([]any, error) {
	var follows []byte
	if r.After != nil {
		var err error
		if follows, err = json.Marshal(r.After); err != nil {
			return nil, err
		}
	}
	holds, err := json.Marshal(r.Holds)
	if err != nil {
		return nil, err
	}
	attempts, err := json.Marshal(r.Attempts)
	if err != nil {
		return nil, err
	}
	traces, err := json.Marshal(r.Traces)
	if err != nil {
		return nil, err
	}
	return []any{
		int64(r.Seq), string(r.ID), r.Job, string(r.Status), string(r.Reason), int64(r.QueuedAt), int64(r.StartedAt), int64(r.FinishedAt),
		int64(r.Slot), int64(r.FirstSlot), r.Missed, string(r.Trigger), string(follows), string(holds), string(attempts), r.Output, string(traces),
	}, nil
}

// define sets what a job's history allows.
func define(tx *sql.Tx, d messages.Definition) error {
	keep := d.History.OrDefault()
	_, err := tx.Exec(`INSERT INTO history_job (name, runs, age, removed, finished, payer) VALUES (?, ?, ?, 0, 0, ?)
		ON CONFLICT (name) DO UPDATE SET runs = excluded.runs, age = excluded.age, removed = 0, payer = excluded.payer`,
		d.Job, keep.Runs, keep.Age.D().Milliseconds(), recorder.Payer(d))
	return err
}
