package bus_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/bus/memory"
	"curfew/messages"
)

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
	rs := bustest.Jobs(9000)
	memory, file := memory.New(), openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	bustest.Fill(t, memory, rs, 3)
	bustest.Fill(t, file, rs, 3)
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
	bustest.Fill(t, file, bustest.Jobs(100), 10)
	enough := errors.New("enough")
	n := 0
	err := bus.Search(t.Context(), file, 0, all, func(messages.Record) error { n++; return enough })
	if !errors.Is(err, enough) || n != 1 {
		t.Errorf("%d records, %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, j := range []bus.Journal{file, func() bus.Journal { m := memory.New(); bustest.Fill(t, m, bustest.Jobs(10), 5); return m }()} {
		if err := bus.Search(ctx, j, 0, all, func(messages.Record) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("%T goes on after its context: %v", j, err)
		}
	}
}

// A time leads to the first record of that time, as long as the clock was not set.
func TestSeqAt(t *testing.T) {
	rs := bustest.Jobs(1000)[:500]
	j := openSQLite(t, filepath.Join(t.TempDir(), "j.db"))
	if seq, err := bus.SeqAt(j, 1); seq != 1 || err != nil {
		t.Errorf("an empty journal: %d, %v", seq, err)
	}
	bustest.Fill(t, j, rs, 7)
	for at, want := range map[messages.Instant]uint64{1: 1, rs[0].At: 1, rs[41].At: 42, rs[41].At + 1: 43, rs[499].At: 500, rs[499].At + 1: 501} {
		if seq, err := bus.SeqAt(j, at); seq != want || err != nil {
			t.Errorf("%v: %d, %v; want %d", at, seq, err, want)
		}
	}
}
