package bus_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"curfew/bus"
	"curfew/messages"
)

// many is records of three jobs, a second apart; the clock is set back by an hour in the middle.
func many(n int) []messages.Record {
	rs := make([]messages.Record, n)
	at := messages.Instant(1_800_000_000_000)
	for i := range rs {
		if at = at.Add(time.Second); i == n/2 {
			at = at.Add(-time.Hour)
		}
		rs[i] = messages.Record{Seq: uint64(i + 1), At: at, ID: fmt.Sprintf(`"name":"%d"`, i), Body: messages.JobPaused{Job: fmt.Sprintf("job-%d", i%3), By: `"name":"x","key":"job-0"`}}
	}
	return rs
}

func fill(t testing.TB, j bus.Journal, rs []messages.Record, batch int) {
	t.Helper()
	for part := range slices.Chunk(rs, batch) {
		if err := j.Append(part); err != nil {
			t.Fatal(err)
		}
	}
}

// about wants the records of a key.
func about(key string) func(bus.Line) bool {
	return func(l bus.Line) bool {
		return string(l.Key) == key && string(l.Name) == "job.paused.v1" && len(l.Text) > 100
	}
}

func all(bus.Line) bool { return true }

func search(t *testing.T, j bus.Journal, from uint64, want func(bus.Line) bool) (seqs []uint64) {
	t.Helper()
	err := bus.Search(t.Context(), j, from, want, func(r messages.Record) error {
		if r.Body.Key() == "job-0" {
			seqs = append(seqs, r.Seq)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return seqs
}

// A search finds what a scan finds, over many pages of blocks, from any record on.
func TestSearch(t *testing.T) {
	rs := many(9000)
	memory, file := bus.NewMemory(), openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	fill(t, memory, rs, 3)
	fill(t, file, rs, 3)
	for _, from := range []uint64{0, 1, 2, 3, 4, 5000, 8999, 9000, 9001} {
		want := search(t, memory, from, all)
		if got := search(t, file, from, about("job-0")); !slices.Equal(got, want) {
			t.Errorf("from %d: %d records, want %d", from, len(got), len(want))
		}
		if n := len(want); from <= 1 && n != 3000 {
			t.Errorf("a scan finds %d records, want 3000", n)
		}
	}
	if got := search(t, file, 0, about("nobody")); got != nil {
		t.Errorf("found %v", got)
	}
}

func TestSearchEnds(t *testing.T) {
	file := openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	fill(t, file, many(100), 10)
	enough := errors.New("enough")
	n := 0
	err := bus.Search(t.Context(), file, 0, all, func(messages.Record) error { n++; return enough })
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("%d records, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, j := range []bus.Journal{file, func() bus.Journal { m := bus.NewMemory(); fill(t, m, many(10), 5); return m }()} {
		if err := bus.Search(ctx, j, 0, all, func(messages.Record) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%T goes on after its context: %v", j, err)
		}
	}
}

// A damaged block is found even if nothing in it is looked for, and so is one that is missing.
func TestSearchFindsDamage(t *testing.T) {
	for name, damage := range map[string]string{
		"a flipped byte":  "UPDATE journal SET block = cast(replace(cast(block AS TEXT), 'job-1', 'job-7') AS BLOB) WHERE first = 41",
		"a missing block": "DELETE FROM journal WHERE first = 41",
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "j.db")
			j := openSQLite(t, path)
			fill(t, j, many(100), 10)
			db, err := sql.Open("sqlite", path)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(damage); err != nil {
				t.Fatal(err)
			}
			var corrupt *bus.Corrupt
			err = bus.Search(t.Context(), j, 0, about("nobody"), func(messages.Record) error { return nil })
			if !errors.As(err, &corrupt) || corrupt.First != 41 || corrupt.Last != 50 {
				t.Errorf("%v, want records 41 to 50", err)
			}
		})
	}
}

// A time leads to the first record of that time, as long as the clock was not set.
func TestSeqAt(t *testing.T) {
	rs := many(1000)[:500]
	j := openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	if seq, err := bus.SeqAt(j, 1); seq != 1 || err != nil {
		t.Errorf("an empty journal: %d, %v", seq, err)
	}
	fill(t, j, rs, 7)
	for at, want := range map[messages.Instant]uint64{1: 1, rs[0].At: 1, rs[41].At: 42, rs[41].At + 1: 43, rs[499].At: 500, rs[499].At + 1: 501} {
		if seq, err := bus.SeqAt(j, at); seq != want || err != nil {
			t.Errorf("%v: %d, %v; want %d", at, seq, err, want)
		}
	}
}

// A search goes on when the journal lets go of the records at which it is.
func TestSearchWhileRecordsAreLetGo(t *testing.T) {
	j := openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	fill(t, j, many(30_000), 3)
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
