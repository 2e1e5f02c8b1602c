package bus

import (
	"fmt"
	"testing"

	"curfew/messages"
)

// recordsOnly is a journal that can only be read.
type recordsOnly struct {
	Journal
	rs []messages.Record
}

func (j recordsOnly) First() (uint64, error) { return 1, nil }

func (j recordsOnly) Read(from uint64, limit int) ([]messages.Record, error) {
	return Clip(j.rs[min(int(from-1), len(j.rs)):], limit), nil
}

// A log that is opened again knows the same ids as before.
func TestWindowIsRebuilt(t *testing.T) {
	for name, c := range map[string]struct{ facts, decisions int }{
		"empty":            {0, 0},
		"less than a page": {10, 2},
		"several pages":    {3000, 1},
		"more than it has": {windowSize + 5000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			kept, seq := newWindow(), uint64(0)
			var rs []messages.Record
			for i := range c.facts {
				seq++
				id := fmt.Sprint("fact ", i)
				kept.add(id, seq)
				rs = append(rs, messages.Record{Seq: seq, ID: id, Body: messages.JobPaused{}})
				for range c.decisions {
					seq++
					rs = append(rs, messages.Record{Seq: seq, ID: fmt.Sprint("decision ", seq), Body: messages.RunHeld{}})
				}
			}
			again := newWindow()
			if err := again.rebuild(recordsOnly{rs: rs}, seq); err != nil {
				t.Fatal(err)
			}
			if len(again.seqs) != min(c.facts, windowSize) || len(kept.seqs) != len(again.seqs) {
				t.Fatalf("found %d ids again, the log knew %d", len(again.seqs), len(kept.seqs))
			}
			for id, seq := range kept.seqs {
				if got, ok := again.seq(id); !ok || got != seq {
					t.Fatalf("%s: found at %d, %v; was at %d", id, got, ok, seq)
				}
			}
			again.add("new", seq+1)
			if c.facts > windowSize {
				if _, ok := again.seq(fmt.Sprint("fact ", c.facts-windowSize)); ok || len(again.seqs) != windowSize {
					t.Error("the window still has the oldest id")
				}
			}
		})
	}
}
