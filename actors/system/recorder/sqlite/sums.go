package sqlite

import (
	"database/sql"
	"errors"
	"strings"

	"curfew/actors/system/recorder"
	"curfew/messages"
)

// tableNames are the tables of the history.
var tableNames = []string{
	"history_meta", "reader_cursor", "history_job", "run", "history_gate", "history_spend", "history_job_spend",
}

// quoted are the names of the tables under a prefix, as a list in SQL.
func quoted(prefix string) string {
	return "'" + prefix + strings.Join(tableNames, "', '"+prefix) + "'"
}

// The rows of history_meta that say since when all changes of gates are known, and all costs.
const (
	gatesKnown = "gates_known"
	spendKnown = "spend_known"
)

// sumTables are what is kept besides the runs. The index of the jobs that fail has no row of any other job.
const sumTables = `
CREATE INDEX history_failing ON history_job (name) WHERE failures > 0 AND removed = 0;
CREATE TABLE history_gate (
	seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, session TEXT NOT NULL, state TEXT NOT NULL, reason TEXT NOT NULL,
	until INTEGER NOT NULL
) STRICT;
CREATE INDEX history_gate_session ON history_gate (session);
CREATE TABLE history_spend (
	quarter INTEGER NOT NULL, session TEXT NOT NULL, calls INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
	PRIMARY KEY (quarter, session)
) STRICT, WITHOUT ROWID;
CREATE TABLE history_job_spend (
	quarter INTEGER NOT NULL, job TEXT NOT NULL, calls INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL,
	PRIMARY KEY (quarter, job)
) STRICT, WITHOUT ROWID;
`

// addSums adds all of that to the tables of an older build. Which jobs fail is known as far as the runs tell; changes of
// gates and costs are known from now on.
const addSums = `
ALTER TABLE history_job ADD COLUMN payer TEXT NOT NULL DEFAULT '';
ALTER TABLE history_job ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history_job ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history_job ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE history_job ADD COLUMN at_least INTEGER NOT NULL DEFAULT 0;
UPDATE history_job SET
	ended = coalesce((SELECT max(seq) FROM run WHERE job = name AND status IN ('succeeded', 'failed')), 0),
	at_least = NOT EXISTS (SELECT 1 FROM run WHERE job = name AND status = 'succeeded');
UPDATE history_job SET (failures, since) = (
	SELECT count(*), coalesce(min(finished_at), 0) FROM run WHERE job = name AND status = 'failed'
		AND seq > coalesce((SELECT max(seq) FROM run WHERE job = name AND status = 'succeeded'), 0));
` + sumTables + forgetKnown

const forgetKnown = "DELETE FROM history_meta WHERE key IN ('" + gatesKnown + "', '" + spendKnown + "')"

// changeGate remembers a change of a gate, and forgets the oldest when there are too many.
func changeGate(tx *transaction, rec messages.Record) error {
	g, _ := recorder.GateOf(rec)
	var was recorder.Gate
	err := tx.QueryRow("SELECT state, reason, until FROM history_gate WHERE session = ? ORDER BY seq DESC LIMIT 1", g.Session).
		Scan(&was.State, &was.Reason, &was.Until)
	switch {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case g.Same(was):
		return nil
	}
	_, err = tx.Exec("INSERT INTO history_gate (seq, at, session, state, reason, until) VALUES (?, ?, ?, ?, ?, ?)",
		int64(g.Seq), int64(g.At), g.Session, string(g.State), g.Reason, int64(g.Until))
	if err != nil {
		return err
	}
	var over, known int64
	err = tx.QueryRow("SELECT seq, at FROM history_gate ORDER BY seq DESC LIMIT 1 OFFSET ?", recorder.MaxGates-1).Scan(&over, &known)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	gone, err := tx.Exec("DELETE FROM history_gate WHERE seq < ?", over)
	if err != nil {
		return err
	}
	if n, err := gone.RowsAffected(); err != nil || n == 0 {
		return err
	}
	_, err = tx.Exec("INSERT OR REPLACE INTO history_meta VALUES (?, ?)", gatesKnown, known)
	return err
}

// knows remembers from which record on all changes of gates, and all costs, are known; zero: from none.
func knows(tx *transaction, since messages.Instant) error {
	if since.IsZero() {
		return nil
	}
	_, err := tx.Exec("INSERT OR IGNORE INTO history_meta VALUES (?1, ?3), (?2, ?3)", gatesKnown, spendKnown, int64(since))
	return err
}
