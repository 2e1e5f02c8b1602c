package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/sqlite"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

// run6 is the table of runs up to schema 6.
const run6 = `DROP TABLE run; CREATE TABLE run (
	seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, job TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL,
	queued_at INTEGER NOT NULL, started_at INTEGER NOT NULL, finished_at INTEGER NOT NULL,
	slot INTEGER NOT NULL, first_slot INTEGER NOT NULL, missed INTEGER NOT NULL, trigger TEXT NOT NULL,
	follows TEXT NOT NULL DEFAULT '', holds TEXT NOT NULL DEFAULT '', attempts TEXT NOT NULL DEFAULT '', output TEXT NOT NULL DEFAULT '',
	traces TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX run_job ON run (job);
CREATE INDEX run_open ON run (job) WHERE finished_at = 0;
CREATE INDEX run_status ON run (status) WHERE finished_at > 0;
UPDATE history_meta SET value = 6 WHERE key = 'schema';`

// plain6 is a row of it that says little.
func plain6(seq int, id, job, status string) string {
	finished := 0
	if status == "succeeded" || status == "failed" {
		finished = (seq + 1) * 1000
	}
	return fmt.Sprintf(`INSERT INTO run (seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger)
		VALUES (%d, '%s', '%s', '%s', '', %d, 0, %d, 0, 0, 0, 'schedule')`, seq, id, job, status, seq*1000, finished)
}

// older is a store whose file was written by a build of schema 6, up to a record, and then changed.
func older(t *testing.T, upto uint64, statements ...string) (path string, brought *sqlite.Store) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, upto, nil)
	must(t, s.Close())
	spoil(t, path, append([]string{run6}, statements...)...)
	return path, open(t, path)
}

// TestSchema6IsBroughtUp: every row says what it said, and what comes next goes on from it.
func TestSchema6IsBroughtUp(t *testing.T) {
	path, s := older(t, 7,
		`INSERT INTO run VALUES (5, 'whole', 'j', 'failed', 'retries_exhausted', 5000, 6000, 9000, 4000, 3000, 2, 'catch_up',
			'{"job":"k","run":"q","status":"failed","depth":2}', '',
			'[{"number":1,"incarnation":7,"generation":3,"called":true,"started_at":"1970-01-01T00:00:06.000Z",'
				||'"finished_at":"1970-01-01T00:00:07.000Z"},'
			||'{"number":2,"started_at":"1970-01-01T00:00:08.000Z","finished_at":"1970-01-01T00:00:08.500Z","class":"transient",'
				||'"error":"boom","usage":{"calls":1,"input_tokens":2,"output_tokens":3},"left":{"count":1}}]',
			'said', '{"2":[{"kind":"message","role":"assistant","text":"hm"}]}')`,
		`INSERT INTO run (seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger)
			VALUES (6, 'folded', 'j', 'skipped', 'coalesced', 6000, 0, 7000, 0, 0, 0, 'schedule')`,
		`INSERT INTO run (seq, id, job, status, reason, queued_at, started_at, finished_at, slot, first_slot, missed, trigger, holds)
			VALUES (7, 'held', 'j', 'held', '', 7000, 0, 0, 7000, 7000, 0, 'schedule', '["session"]')`)
	want := recorder.Run{
		ID: "whole", Job: "j", Status: "failed", Reason: "retries_exhausted", QueuedAt: 5000, StartedAt: 6000, FinishedAt: 9000,
		Slot: 4000, FirstSlot: 3000, Missed: 2, Trigger: "catch_up", Seq: 5, Output: "said",
		After: &messages.Followed{Job: "k", Run: "q", Status: "failed", Depth: 2},
		Attempts: []recorder.Attempt{
			{Number: 1, Incarnation: 7, Generation: 3, Called: true, StartedAt: 6000, FinishedAt: 7000},
			{
				Number: 2, StartedAt: 8000, FinishedAt: 8500, Class: "transient", Error: "boom",
				Usage: &messages.Usage{Calls: 1, InputTokens: 2, OutputTokens: 3}, Left: &messages.Left{Count: 1},
			},
		},
		Traces: map[int][]messages.Step{2: {{Kind: messages.StepMessage, Role: "assistant", Text: "hm"}}},
	}
	for range 2 {
		got, ok, err := s.Get(t.Context(), "whole")
		if !reflect.DeepEqual(got, want) || !ok || err != nil {
			t.Errorf("the run is %+v, %v, %v; want %+v", got, ok, err, want)
		}
		if last, err := s.LastRuns(t.Context(), []string{"j"}); err != nil || last["j"].ID != "held" || !slices.Equal(last["j"].Holds, []messages.Hold{"session"}) {
			t.Errorf("the last run is %+v, %v", last, err)
		}
		if runs, _, err := s.Query(t.Context(), recorder.Query{Status: "skipped", Limit: 9}); err != nil || len(runs) != 1 || runs[0].ID != "folded" {
			t.Errorf("skipped are %v, %v", runs, err)
		}
		must(t, s.Close())
		s = open(t, path)
	}
	take(t, s, 8, storetest.Log(8, storetest.Finished("held", "j", "succeeded", "")))
	if run, _, err := s.Get(t.Context(), "held"); err != nil || run.Status != "succeeded" || run.Holds != nil {
		t.Errorf("it goes on with %+v, %v", run, err)
	}
}

// TestOlderIsBroughtUp: the tables of an older build get what they lack, and keep their runs.
func TestOlderIsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 1, nil)
	must(t, s.Close())
	spoil(t, path, run6, plain6(1, "a", "j", "queued"))
	withoutSums(t, path)
	spoil(t, path, "ALTER TABLE run DROP COLUMN follows; UPDATE history_meta SET value = 2 WHERE key = 'schema'")
	for range 2 {
		s = open(t, path)
		follows := storetest.Queued("b", "j")
		follows.After = &messages.Followed{Job: "k", Run: "a", Status: messages.StatusSucceeded, Depth: 1}
		take(t, s, 2, storetest.Log(2, follows))
		runs, _, err := s.Query(t.Context(), recorder.Query{Limit: 9})
		if err != nil || len(runs) != 2 || runs[0].After == nil || runs[0].After.Run != "a" || runs[1].After != nil {
			t.Errorf("the runs are %v, %v", runs, err)
		}
		must(t, s.Close())
	}
}

// TestSchema7IsBroughtUp: a run that was not over goes on from the cursor, as its row does not say how far it is folded.
func TestSchema7IsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 2, storetest.Log(1, storetest.Queued("a", "j"), storetest.Started("a", 1, 1)))
	must(t, s.Close())
	spoil(t, path, "UPDATE run SET body = CAST(x'01' || substr(body, 3) AS BLOB)", "UPDATE history_meta SET value = 7 WHERE key = 'schema'")
	s = open(t, path)
	if run, ok, err := s.Get(t.Context(), "a"); !ok || err != nil || run.Status != "running" || len(run.Attempts) != 1 {
		t.Errorf("the run is %+v, %v, %v", run, ok, err)
	}
	take(t, s, 3, storetest.Log(3, storetest.Finished("a", "j", "succeeded", "")))
	if run, _, err := s.Get(t.Context(), "a"); err != nil || run.Status != "succeeded" || len(run.Attempts) != 1 {
		t.Errorf("it goes on with %+v, %v", run, err)
	}
}

// TestSchema8IsBroughtUp: the indexes of keys are those of a new file, and find what was there.
func TestSchema8IsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 3, storetest.Log(1, storetest.Queued("a", "j"), storetest.Queued("b", "j"), storetest.Finished("a", "j", "succeeded", "")))
	must(t, s.Close())
	indexes := func() (all []string) {
		db, err := sql.Open("sqlite", path)
		must(t, err)
		defer db.Close()
		rows, err := db.Query("SELECT sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'run' ORDER BY name")
		must(t, err)
		defer rows.Close()
		for rows.Next() {
			var text string
			must(t, rows.Scan(&text))
			all = append(all, text)
		}
		must(t, rows.Err())
		return all
	}
	want := indexes()
	spoil(t, path, "DROP INDEX run_key; DROP INDEX run_open; CREATE INDEX run_key ON run (key)", "UPDATE history_meta SET value = 8 WHERE key = 'schema'")
	s = open(t, path)
	for _, id := range []messages.RunID{"a", "b"} {
		if run, ok, err := s.Get(t.Context(), id); run.ID != id || !ok || err != nil {
			t.Errorf("run %s is %+v, %v, %v", id, run, ok, err)
		}
	}
	if got := indexes(); !slices.Equal(got, want) {
		t.Errorf("the indexes are %q, want %q", got, want)
	}
}

// TestSchema5IsBroughtUp: its cursor is all that it knows of how far it has come.
func TestSchema5IsBroughtUp(t *testing.T) {
	_, s := older(t, 2, plain6(1, "a", "j", "running"), "DELETE FROM history_meta WHERE key = 'taken'",
		`UPDATE run SET attempts = '[{"number":1,"started_at":"1970-01-01T00:00:02.000Z","finished_at":null}]', started_at = 2000`,
		"UPDATE history_meta SET value = 5 WHERE key = 'schema'")
	if at, err := s.Reached(); at != 2 || err != nil {
		t.Errorf("it has reached %d, %v", at, err)
	}
	take(t, s, 3, storetest.Log(3, storetest.Finished("a", "j", "succeeded", "")))
	run, ok, err := s.Get(t.Context(), "a")
	if err != nil || !ok || run.Status != "succeeded" || len(run.Attempts) != 1 {
		t.Errorf("run %v, %v, %v", run, ok, err)
	}
}

// withoutSums turns the tables of schema 6 into those of schema 3.
func withoutSums(t *testing.T, path string) {
	t.Helper()
	spoil(t, path, "DROP INDEX history_failing; DROP TABLE history_gate; DROP TABLE history_spend; DROP TABLE history_job_spend",
		"UPDATE history_meta SET value = 3 WHERE key = 'schema'")
	for _, column := range []string{"payer", "ended", "failures", "since", "at_least", "last_end", "noted"} {
		spoil(t, path, "ALTER TABLE history_job DROP COLUMN "+column)
	}
}

// TestSumsOfOlder: what the runs of an older build tell of failing jobs is known, and gates from then on.
func TestSumsOfOlder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 6, storetest.Log(1, storetest.Queued("a", "j"), storetest.Finished("a", "j", "succeeded", ""),
		storetest.Queued("b", "j"), storetest.Finished("b", "j", "failed", ""), storetest.Queued("c", "k"), storetest.Finished("c", "k", "failed", "")))
	must(t, s.Close())
	spoil(t, path, run6, plain6(1, "a", "j", "succeeded"), plain6(3, "b", "j", "failed"), plain6(5, "c", "k", "failed"))
	withoutSums(t, path)
	s = open(t, path)
	found, err := s.Failing(t.Context(), "", 9)
	must(t, err)
	want := []recorder.Failing{{Job: "j", Run: "b", Runs: 1, Since: 4000}, {Job: "k", Run: "c", Runs: 1, Since: 6000, AtLeast: true}}
	if !slices.Equal(found, want) {
		t.Errorf("failing are %+v, want %+v", found, want)
	}
	ends, upto, err := s.Ends(t.Context(), 0)
	must(t, err)
	if wantEnds := []recorder.End{{Job: "j", At: 4000}, {Job: "k", At: 6000}}; !slices.Equal(ends, wantEnds) || upto != 6 {
		t.Errorf("ends up to %d are %+v, want %+v", upto, ends, wantEnds)
	}
	if at, err := s.Cursor(); at != 6 || err != nil {
		t.Errorf("cursor %d, %v", at, err)
	}
	take(t, s, 8, storetest.Log(7, storetest.Queued("d", "k"), storetest.Finished("d", "k", "succeeded", "")))
	if n, err := s.CountFailing(t.Context()); n != 1 || err != nil {
		t.Errorf("%d fail, %v", n, err)
	}
	if g, err := s.Gates(t.Context(), 0); g.Known != 7000 || err != nil {
		t.Errorf("gates are known since %v, %v", g.Known, err)
	}
}
