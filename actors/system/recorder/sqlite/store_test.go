package sqlite_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"curfew/actors/system/recorder"
	"curfew/actors/system/recorder/sqlite"
	"curfew/actors/system/recorder/storetest"
	"curfew/messages"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) recorder.Store { return open(t, filepath.Join(t.TempDir(), "curfew.db")) })
}

func open(t *testing.T, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(path, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// take takes in records, and holds nothing back.
func take(t *testing.T, s *sqlite.Store, upto uint64, records []messages.Record) {
	t.Helper()
	must(t, s.Take(records, upto))
	must(t, s.Settle())
}

// spoil changes the file behind the store's back.
func spoil(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestReopen: what a store has taken in is there after the next start, with the cursor that it stands for.
func TestReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 2, storetest.Log(1, storetest.Queued("a", "j"), storetest.Finished("a", "j", "succeeded", "")))
	must(t, s.Close())
	s = open(t, path)
	run, ok, err := s.Get(t.Context(), "a")
	if err != nil || !ok || run.Status != "succeeded" {
		t.Errorf("run %v, %v, %v", run, ok, err)
	}
	if at, err := s.Cursor(); at != 2 || err != nil {
		t.Errorf("cursor %d, %v", at, err)
	}
}

// TestAllOrNothing: rows and cursor move together, or neither does. The transaction is broken at its very end.
func TestAllOrNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 1, storetest.Log(1, storetest.Queued("a", "j")))
	spoil(t, path, "CREATE TRIGGER stop BEFORE UPDATE ON reader_cursor BEGIN SELECT RAISE(ABORT, 'pulled the plug'); END")
	records := storetest.Log(2, storetest.Finished("a", "j", "succeeded", ""), storetest.Queued("b", "j"))
	if err := errors.Join(s.Take(records, 3), s.Settle()); err == nil || !strings.Contains(err.Error(), "pulled the plug") {
		t.Fatalf("take gives %v", err)
	}
	check := func(when string, cursor uint64, want string) {
		t.Helper()
		at, err := s.Cursor()
		must(t, err)
		runs, _, err := s.Query(t.Context(), recorder.Query{Limit: 9})
		must(t, err)
		got := ""
		for _, r := range runs {
			got += string(r.ID) + " " + string(r.Status) + ";"
		}
		if at != cursor || got != want {
			t.Errorf("%s: cursor %d, runs %s; want %d, %s", when, at, got, cursor, want)
		}
	}
	check("broken", 1, "a queued;")
	spoil(t, path, "DROP TRIGGER stop")
	take(t, s, 3, records)
	check("mended", 3, "b queued;a succeeded;")
}

func TestNewerIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	must(t, open(t, path).Close())
	spoil(t, path, "UPDATE history_meta SET value = 99")
	if s, err := sqlite.Open(path, nil); err == nil || !strings.Contains(err.Error(), "use a newer curfew") {
		t.Errorf("opened: %v, %v", s, err)
	}
}

// TestOlderIsBroughtUp: the tables of an older build get what they lack, and keep their runs.
func TestOlderIsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 1, storetest.Log(1, storetest.Queued("a", "j")))
	must(t, s.Close())
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

// TestSchema5IsBroughtUp: its cursor is all that it knows of how far it has come.
func TestSchema5IsBroughtUp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 2, storetest.Log(1, storetest.Queued("a", "j"), storetest.Started("a", 1, 0)))
	must(t, s.Close())
	spoil(t, path, "DELETE FROM history_meta WHERE key = 'taken'", "UPDATE history_meta SET value = 5 WHERE key = 'schema'")
	s = open(t, path)
	if at, err := s.Reached(); at != 2 || err != nil {
		t.Errorf("it has reached %d, %v", at, err)
	}
	take(t, s, 3, storetest.Log(3, storetest.Finished("a", "j", "succeeded", "")))
	run, ok, err := s.Get(t.Context(), "a")
	if err != nil || !ok || run.Status != "succeeded" || len(run.Attempts) != 1 {
		t.Errorf("run %v, %v, %v", run, ok, err)
	}
}

// TestDamageIsMadeAnew: tables that cannot be used are made anew, loudly, and the cursor is back at the start. What was
// in them stays in the file.
func TestDamageIsMadeAnew(t *testing.T) {
	for name, damage := range map[string]string{
		"no version": "DELETE FROM history_meta", "no cursor": "DROP TABLE reader_cursor", "other columns": "ALTER TABLE run DROP COLUMN output",
		"no jobs": "DROP TABLE history_job",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "curfew.db")
			s := open(t, path)
			take(t, s, 1, storetest.Log(1, storetest.Queued("a", "j")))
			must(t, s.Close())
			spoil(t, path, damage)
			core, logs := observer.New(zap.ErrorLevel)
			s, err := sqlite.Open(path, zap.New(core))
			must(t, err)
			at, err := s.Cursor()
			if at != 0 || err != nil || logs.Len() != 1 {
				t.Errorf("cursor %d, %v, %d lines in the log", at, err, logs.Len())
			}
			must(t, s.Reset()) // once more: the first ones stay
			must(t, s.Close())
			db, err := sql.Open("sqlite", path)
			must(t, err)
			defer db.Close()
			var kept string
			if err := db.QueryRow("SELECT id FROM damaged_1_run").Scan(&kept); err != nil || kept != "a" {
				t.Errorf("the run that was there: %q, %v", kept, err)
			}
		})
	}
}

func TestDamagedRow(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curfew.db")
	s := open(t, path)
	take(t, s, 1, storetest.Log(1, storetest.Queued("a", "j")))
	spoil(t, path, "UPDATE run SET attempts = '{'")
	if _, _, err := s.Get(t.Context(), "a"); !isDamage(err) {
		t.Errorf("a damaged row gives %v", err)
	}
	if err := s.Take(storetest.Log(2, storetest.Started("a", 1, 0)), 2); !isDamage(err) {
		t.Errorf("taking in after it gives %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isDamage(err error) bool { return errors.Is(err, recorder.ErrDamaged) }

// withoutSums turns the tables into those of schema 3.
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
