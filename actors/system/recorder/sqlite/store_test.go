package sqlite_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
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
	must(t, storetest.Settle(s))
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
	if err := errors.Join(s.Take(records, 3), storetest.Settle(s)); err == nil || !strings.Contains(err.Error(), "pulled the plug") {
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
			if err := db.QueryRow("SELECT job FROM damaged_1_run").Scan(&kept); err != nil || kept != "j" {
				t.Errorf("the job of the run that was there: %q, %v", kept, err)
			}
		})
	}
}

// TestDamagedRow: whatever is wrong with a row is damage, for those who ask and for the recorder.
func TestDamagedRow(t *testing.T) {
	for name, damage := range map[string]string{
		"cut off": "body = substr(body, 1, length(body) - 1)", "empty": "body = x''", "another form": "body = x'09'",
		"too long": "body = CAST(body || 'x' AS BLOB)", "no such outcome": "outcome = 77", "over, and unfinished": "outcome = 1", "traces": "traces = '{'",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "curfew.db")
			s := open(t, path)
			take(t, s, 1, storetest.Log(1, storetest.Queued("a", "j")))
			spoil(t, path, "UPDATE run SET "+damage)
			if _, _, err := s.Get(t.Context(), "a"); !isDamage(err) {
				t.Errorf("a damaged row gives %v", err)
			}
			if err := s.Take(storetest.Log(2, storetest.Started("a", 1, 0)), 2); !isDamage(err) {
				t.Errorf("taking in after it gives %v", err)
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func isDamage(err error) bool { return errors.Is(err, recorder.ErrDamaged) }

// TestSpans: a run is found in whichever span of the log it began, and goes on there.
func TestSpans(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "curfew.db"))
	const span = 1 << 19
	began := []uint64{1, span - 1, span, 7*span + 5}
	for _, at := range began {
		id := fmt.Sprint(at)
		take(t, s, at, storetest.Log(at, storetest.Queued(id, "j")))
	}
	upto := uint64(9 * span)
	for _, at := range began[:3] {
		upto++
		take(t, s, upto, storetest.Log(upto, storetest.Finished(fmt.Sprint(at), "j", "succeeded", "")))
	}
	for _, at := range began {
		id := messages.RunID(fmt.Sprint(at))
		run, ok, err := s.Get(t.Context(), id)
		if run.ID != id || run.Seq != at || run.Final() == (at == began[3]) || !ok || err != nil {
			t.Errorf("run %s is %+v, %v, %v", id, run, ok, err)
		}
	}
	if _, ok, err := s.Get(t.Context(), "none"); ok || err != nil {
		t.Errorf("a run that does not exist: %v, %v", ok, err)
	}
}
