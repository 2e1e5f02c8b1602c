package bus_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"curfew/bus"
	"curfew/bus/bustest"
	"curfew/messages"
)

// about accepts the records of a key.
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

// A search finds the records that a scan finds, over many pages, from any record on.
func TestSearch(t *testing.T) {
	rs := bustest.Jobs(9000)
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		bustest.Fill(t, j, rs, 3)
		for _, from := range []uint64{0, 1, 2, 3, 4, 5000, 8999, 9000, 9001} {
			var want []uint64
			for _, r := range rs {
				if r.Seq >= from && r.Body.Key() == "job-0" {
					want = append(want, r.Seq)
				}
			}
			if from <= 1 && len(want) != 3000 {
				t.Fatalf("from %d: %d records are about the job, want 3000", from, len(want))
			}
			if got := search(t, j, from, about("job-0")); !slices.Equal(got, want) {
				t.Errorf("from %d: %d records, want %d", from, len(got), len(want))
			}
		}
		if _, ok := j.(bus.Searcher); !ok {
			return
		}
		if got := search(t, j, 0, about("nobody")); got != nil {
			t.Errorf("found %v", got)
		}
	})
}

func TestSearchEnds(t *testing.T) {
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		bustest.Fill(t, j, bustest.Jobs(100), 10)
		enough := errors.New("enough")
		n := 0
		err := bus.Search(t.Context(), j, 0, all, func(messages.Record) error { n++; return enough })
		if !errors.Is(err, enough) || n != 1 {
			t.Errorf("%d records, %v", n, err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := bus.Search(ctx, j, 0, all, func(messages.Record) error { return nil }); !errors.Is(err, context.Canceled) {
			t.Errorf("it goes on after its context: %v", err)
		}
	})
}

// A time leads to the first record of that time, if the clock was not set.
func TestSeqAt(t *testing.T) {
	rs := bustest.Jobs(1000)[:500]
	onEveryDriver(t, func(t *testing.T, j bus.Journal) {
		if seq, err := bus.SeqAt(j, 1); seq != 1 || err != nil {
			t.Errorf("an empty journal: %d, %v", seq, err)
		}
		bustest.Fill(t, j, rs, 7)
		for at, want := range map[messages.Instant]uint64{
			1: 1, rs[0].At: 1, rs[41].At: 42, rs[41].At + 1: 43, rs[499].At: 500, rs[499].At + 1: 501,
		} {
			if seq, err := bus.SeqAt(j, at); seq != want || err != nil {
				t.Errorf("%v: %d, %v; want %d", at, seq, err, want)
			}
		}
	})
}
