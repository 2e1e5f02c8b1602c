package sqlite_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/messages"
)

func nobody(bus.Line) bool { return false }

func all(bus.Line) bool { return true }

// A search finds a block that is damaged or missing even if it wants no record of it.
func TestSearchFindsDamage(t *testing.T) {
	for name, damage := range map[string]string{
		"a flipped byte":  "UPDATE journal SET block = cast(replace(cast(block AS TEXT), 'job-1', 'job-7') AS BLOB) WHERE first = 41",
		"a missing block": "DELETE FROM journal WHERE first = 41",
		"a cut block":     "UPDATE journal SET block = cast(substr(block, 1, 100) AS BLOB) WHERE first = 41",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j.db")
			j := open(t, path)
			bustest.Fill(t, j, bustest.Jobs(100), 5) // small enough to be stored as they are
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(damage); err != nil {
				t.Fatal(err)
			}
			var corrupt *bus.Corrupt
			err = bus.Search(t.Context(), j, 0, nobody, func(messages.Record) error { return nil })
			if !errors.As(err, &corrupt) || corrupt.First != 41 || corrupt.Last != 45 {
				t.Errorf("%v, want records 41 to 45", err)
			}
		})
	}
}

// A search goes on when Drop removes the records that it would read next.
func TestSearchWhileRecordsAreLetGo(t *testing.T) {
	j := open(t, filepath.Join(t.TempDir(), "j.db"))
	bustest.Fill(t, j, bustest.Jobs(30_000), 3)
	var seqs []uint64
	err := bus.Search(t.Context(), j, 0, all, func(r messages.Record) error {
		if r.Seq == 1 {
			if err := j.Drop(20_000); err != nil {
				return err
			}
		}
		seqs = append(seqs, r.Seq)
		return nil
	})
	first, firstErr := j.First()
	if err != nil || firstErr != nil || first < 19_000 || seqs[len(seqs)-1] != 30_000 || len(seqs) > 20_000 || !slices.IsSorted(seqs) {
		t.Errorf("%d records up to %d, the first now %d: %v, %v", len(seqs), seqs[len(seqs)-1], first, err, firstErr)
	}
}
