package sqlite

import (
	"encoding/json"
	"fmt"
	"hash/fnv"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// The rows of run are in the order of the log: a row of a run that is over comes to the end of the table. A row has
// columns for what queries select by; the rest is its body, and large texts come last.
//
// A run is looked up by its key, a hash of its id, since an index of the ids would be three times as large. As keys are in
// no order, each run would change another page of an index of all of them. So it is an index for each span of the log,
// and a run is looked for in one after the other; those that are not over, which go on, have one of their own. The index
// of outcomes has no run that succeeded: almost all do, so a list of those looks through the table.
const runTable = `
CREATE TABLE run (
	seq INTEGER PRIMARY KEY, key INTEGER NOT NULL, job TEXT NOT NULL, outcome INTEGER NOT NULL, folded INTEGER NOT NULL,
	queued_at INTEGER NOT NULL, finished_at INTEGER NOT NULL, body BLOB NOT NULL, output TEXT, traces TEXT
) STRICT;
CREATE INDEX run_job ON run (job);
CREATE INDEX run_outcome ON run (outcome) WHERE outcome <> 1;
` + keyIndexes

// keyIndexes are those of the keys; a span is 2^19 records, some 100,000 runs.
const keyIndexes = `
CREATE INDEX run_key ON run (seq >> 19, key);
CREATE INDEX run_open ON run (key) WHERE outcome = 0;
`

// spans are the spans of the log that have runs, the newest first.
const spans = `WITH RECURSIVE span (n) AS (SELECT max(seq) >> 19 FROM run
	UNION ALL SELECT (SELECT max(seq) >> 19 FROM run WHERE seq < span.n << 19) FROM span WHERE n IS NOT NULL) `

// byKeys selects runs by their keys: those that are not over, and all.
const (
	openByKeys = `SELECT ` + columns + ` FROM json_each(?) AS wanted CROSS JOIN run WHERE run.outcome = 0 AND run.key = wanted.value`
	allByKeys  = spans + `SELECT ` + columns + ` FROM span CROSS JOIN json_each(?) AS wanted CROSS JOIN run
		WHERE run.seq >> 19 = span.n AND run.key = wanted.value`
)

// columns of a row of run, in the order of scan and values. Lists read the first ones only.
const (
	brief   = `run.seq, run.job, run.outcome, run.queued_at, run.finished_at, run.body`
	listed  = brief + `, run.output`
	columns = listed + `, run.traces`
)

// outcomes are the states of runs that are over by their numbers in the tables, which never change. The number of a run
// that is not over is 0.
var outcomes = [...]messages.Status{
	1: messages.StatusSucceeded, 2: messages.StatusFailed, 3: messages.StatusCancelled, 4: messages.StatusSkipped, 5: messages.StatusStale,
}

// outcomeOf is the number of a state; 0: a run in that state is not over.
func outcomeOf(s messages.Status) int {
	for n, known := range outcomes {
		if s == known && n > 0 {
			return n
		}
	}
	return 0
}

// keyOf is a hash of a run's id.
func keyOf(id messages.RunID) int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id))
	return int64(h.Sum64())
}

// A part says how much of a row a query reads.
type part int

const (
	inBrief part = iota // the columns of brief
	inList              // and the output
	inFull              // and the traces
)

// scan reads a row.
func scan(row interface{ Scan(...any) error }, what part) (*recorder.Run, error) {
	r, _, err := scanFolded(row, what)
	return r, err
}

// scanFolded reads a row, and the record up to which the run is folded in it, unless it is over.
func scanFolded(row interface{ Scan(...any) error }, what part) (r *recorder.Run, upto uint64, err error) {
	r = &recorder.Run{}
	var outcome int
	var body, traces []byte
	var output *string
	to := append(make([]any, 0, 8), &r.Seq, &r.Job, &outcome, &r.QueuedAt, &r.FinishedAt, &body, &output, &traces)
	if err := row.Scan(to[:len(to)-int(inFull-what)]...); err != nil {
		return nil, 0, err
	}
	if outcome < 0 || outcome >= len(outcomes) || (outcome == 0) == r.Final() {
		return nil, 0, fmt.Errorf("%w: run %d: %d is not a valid outcome", recorder.ErrDamaged, r.Seq, outcome)
	}
	r.Status = outcomes[outcome]
	if upto, err = readBody(body, r); err != nil {
		return nil, 0, err
	}
	if output != nil {
		r.Output = *output
	}
	if len(traces) > 0 {
		if err := json.Unmarshal(traces, &r.Traces); err != nil {
			return nil, 0, fmt.Errorf("%w: traces of run %s: %w", recorder.ErrDamaged, r.ID, err)
		}
	}
	return r, upto, nil
}

const insertRow = `INSERT INTO run (seq, key, job, outcome, folded, queued_at, finished_at, body, output, traces)`

const onPutRow = `ON CONFLICT (seq) DO UPDATE SET outcome = excluded.outcome, folded = excluded.folded,
	finished_at = excluded.finished_at, body = excluded.body, output = excluded.output, traces = excluded.traces`

// values appends the columns of a row of a run that is folded up to a record.
func values(row []any, r *recorder.Run, upto uint64) ([]any, error) {
	body, err := appendBody(make([]byte, 0, 96), r, upto)
	if err != nil {
		return nil, err
	}
	outcome, folded := 0, 0
	if r.Final() {
		outcome = outcomeOf(r.Status)
	}
	if r.Reason == messages.FinishCoalesced {
		folded = 1
	}
	row = append(row, int64(r.Seq), keyOf(r.ID), r.Job, outcome, folded, int64(r.QueuedAt), int64(r.FinishedAt), body)
	return appendLarge(row, r)
}

// appendLarge appends the output and the traces, NULL for none.
func appendLarge(row []any, r *recorder.Run) ([]any, error) {
	var output, traces any
	if r.Output != "" {
		output = r.Output
	}
	if len(r.Traces) > 0 {
		text, err := json.Marshal(r.Traces)
		if err != nil {
			return nil, err
		}
		traces = string(text)
	}
	return append(row, output, traces), nil
}
