package sqlite

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

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

const onPutRow = `ON CONFLICT (seq) DO UPDATE SET status = excluded.status, reason = excluded.reason, started_at = excluded.started_at,
		finished_at = excluded.finished_at, slot = excluded.slot, first_slot = excluded.first_slot, missed = excluded.missed,
		follows = excluded.follows, holds = excluded.holds, attempts = excluded.attempts, output = excluded.output, traces = excluded.traces
		ON CONFLICT (id) DO NOTHING`

// values returns the columns of a row.
func values(r *recorder.Run) ([]any, error) {
	follows, err := list(r.After, r.After == nil)
	if err != nil {
		return nil, err
	}
	holds, err := list(r.Holds, len(r.Holds) == 0)
	if err != nil {
		return nil, err
	}
	attempts, err := attemptsText(r.Attempts)
	if err != nil {
		return nil, err
	}
	traces, err := list(r.Traces, len(r.Traces) == 0)
	if err != nil {
		return nil, err
	}
	return []any{
		int64(r.Seq), string(r.ID), r.Job, string(r.Status), string(r.Reason), int64(r.QueuedAt), int64(r.StartedAt), int64(r.FinishedAt),
		int64(r.Slot), int64(r.FirstSlot), r.Missed, string(r.Trigger), follows, holds, attempts, r.Output, traces,
	}, nil
}

// list is a value as JSON; empty, if it says nothing.
func list(v any, empty bool) (string, error) {
	if empty {
		return "", nil
	}
	text, err := json.Marshal(v)
	return string(text), err
}

// attemptsText is the attempts as JSON. Most runs have one attempt, which succeeds and says nothing more: that is
// written without reflection, in the same form.
func attemptsText(all []recorder.Attempt) (string, error) {
	if len(all) != 1 {
		return list(all, len(all) == 0)
	}
	a := all[0]
	if a != (recorder.Attempt{
		Number: a.Number, Incarnation: a.Incarnation, Generation: a.Generation, Called: a.Called, StartedAt: a.StartedAt, FinishedAt: a.FinishedAt,
	}) {
		return list(all, false)
	}
	b := strconv.AppendInt(append(make([]byte, 0, 160), `[{"number":`...), int64(a.Number), 10)
	for _, n := range []struct {
		key   string
		value uint64
	}{{`,"incarnation":`, a.Incarnation}, {`,"generation":`, a.Generation}} {
		if n.value != 0 {
			b = strconv.AppendUint(append(b, n.key...), n.value, 10)
		}
	}
	if a.Called {
		b = append(b, `,"called":true`...)
	}
	for _, at := range []struct {
		key   string
		value messages.Instant
	}{{`,"started_at":`, a.StartedAt}, {`,"finished_at":`, a.FinishedAt}} {
		text, err := at.value.MarshalJSON()
		if err != nil {
			return "", err
		}
		b = append(append(b, at.key...), text...)
	}
	return string(append(b, "}]"...)), nil
}

// define sets what a job's history allows.
func define(tx *sql.Tx, d *messages.Kept) error {
	keep := d.History.OrDefault()
	_, err := tx.Exec(`INSERT INTO history_job (name, runs, age, removed, finished, payer) VALUES (?, ?, ?, 0, 0, ?)
		ON CONFLICT (name) DO UPDATE SET runs = excluded.runs, age = excluded.age, removed = 0, payer = excluded.payer`,
		d.Job, keep.Runs, keep.Age.D().Milliseconds(), recorder.Payer(d))
	return err
}
