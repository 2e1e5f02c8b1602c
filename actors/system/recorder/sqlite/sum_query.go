package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

const selectFailing = `SELECT name, failures, since, at_least, run.seq, run.queued_at, run.body
	FROM history_job LEFT JOIN run ON run.seq = ended WHERE failures > 0 AND removed = 0 AND `

// Failing lists the jobs that fail.
func (s *Store) Failing(ctx context.Context, after string, limit int) ([]recorder.Failing, error) {
	return all(ctx, s.read, failing, selectFailing+"name > ? ORDER BY name LIMIT ?", after, limit)
}

// FailingJobs says which of these jobs fail.
func (s *Store) FailingJobs(ctx context.Context, jobs []string) (map[string]recorder.Failing, error) {
	names, err := json.Marshal(jobs)
	if err != nil {
		return nil, err
	}
	found, err := all(ctx, s.read, failing, selectFailing+"name IN (SELECT value FROM json_each(?))", string(names))
	out := make(map[string]recorder.Failing, len(found))
	for _, f := range found {
		out[f.Job] = f
	}
	return out, err
}

// CountFailing counts the jobs that fail.
func (s *Store) CountFailing(ctx context.Context) (n int, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT count(*) FROM history_job WHERE failures > 0 AND removed = 0").Scan(&n)
	return n, damaged(err)
}

func failing(rows *sql.Rows) (f recorder.Failing, err error) {
	var seq, queued sql.NullInt64 // NULL: the run has been forgotten
	var body []byte
	if err := rows.Scan(&f.Job, &f.Runs, &f.Since, &f.AtLeast, &seq, &queued, &body); err != nil || !seq.Valid {
		return f, err
	}
	r := recorder.Run{Seq: uint64(seq.Int64), QueuedAt: messages.Instant(queued.Int64)}
	if _, err := readBody(body, &r); err != nil {
		return f, err
	}
	f.Run, f.Error = r.ID, recorder.LastError(r.Attempts)
	return f, nil
}

// Marks lists runs in short.
func (s *Store) Marks(ctx context.Context, q recorder.MarkQuery) ([]recorder.Mark, error) {
	where, args := "", []any{}
	if q.Job != "" {
		where, args = " WHERE job = ?", []any{q.Job}
	}
	newest, err := all(ctx, s.read, mark, "SELECT "+brief+" FROM run"+where+" ORDER BY seq DESC LIMIT ?", append(args, q.Limit)...)
	wanted := newest[:0]
	for _, m := range newest {
		if q.Wants(m) {
			wanted = append(wanted, m)
		}
	}
	return wanted, err
}

func mark(rows *sql.Rows) (recorder.Mark, error) {
	r, err := scan(rows, inBrief)
	if err != nil {
		return recorder.Mark{}, err
	}
	return recorder.MarkOf(r), nil
}

// Gates are the changes of all gates.
func (s *Store) Gates(ctx context.Context, since messages.Instant) (out recorder.Gates, err error) {
	if out.Known, err = s.known(ctx, gatesKnown); err != nil {
		return out, err
	}
	out.Changes, err = all(ctx, s.read, gate, `SELECT seq, at, session, state, reason, until FROM history_gate
		WHERE at >= ?1 OR seq IN (SELECT max(seq) FROM history_gate WHERE at < ?1 GROUP BY session) ORDER BY seq`, int64(since))
	return out, err
}

// known is since when all of something is known; zero: nothing is.
func (s *Store) known(ctx context.Context, key string) (at messages.Instant, err error) {
	err = s.read.QueryRowContext(ctx, "SELECT value FROM history_meta WHERE key = ?", key).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, damaged(err)
}

func gate(rows *sql.Rows) (g recorder.Gate, err error) {
	err = rows.Scan(&g.Seq, &g.At, &g.Session, &g.State, &g.Reason, &g.Until)
	return g, err
}

// Spend lists what sessions have cost.
func (s *Store) Spend(ctx context.Context, from messages.Instant) (out recorder.Spending, err error) {
	if out.Known, err = s.known(ctx, spendKnown); err != nil {
		return out, err
	}
	out.Quarters, err = all(ctx, s.read, spend, `SELECT quarter, session, calls, input, output FROM history_spend WHERE quarter >= ?
		ORDER BY quarter, session`, int64(from))
	return out, err
}

func spend(rows *sql.Rows) (p recorder.Spend, err error) {
	err = rows.Scan(&p.At, &p.Session, &p.Calls, &p.InputTokens, &p.OutputTokens)
	return p, err
}

// JobSpend lists what jobs have cost.
func (s *Store) JobSpend(ctx context.Context, from messages.Instant, limit int) ([]recorder.JobSpend, error) {
	return all(ctx, s.read, jobSpend, `SELECT job, sum(calls), sum(input), sum(output) FROM history_job_spend
		WHERE quarter >= ? GROUP BY job ORDER BY sum(input) + sum(output) DESC, job LIMIT ?`, int64(from), limit)
}

func jobSpend(rows *sql.Rows) (p recorder.JobSpend, err error) {
	err = rows.Scan(&p.Job, &p.Calls, &p.InputTokens, &p.OutputTokens)
	return p, err
}

// all reads every row of a query.
func all[T any](ctx context.Context, db *sql.DB, scan func(*sql.Rows) (T, error), query string, args ...any) (out []T, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, damaged(err)
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, damaged(err)
		}
		out = append(out, one)
	}
	return out, damaged(rows.Err())
}
