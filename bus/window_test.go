package bus

import (
	"fmt"
	"testing"

	"curfew/messages"
)

// The ids that a log finds again are those that it would still know.
func TestWindowIsRebuilt(t *testing.T) {
	for name, c := range map[string]struct{ facts, decisions int }{
		"empty":            {0, 0},
		"less than a page": {10, 2},
		"several pages":    {3000, 1},
		"more than it has": {windowSize + 5000, 1},
	} {
		t.Run(name, func(t *testing.T) {
			j, kept, seq := NewMemory(), newWindow(), uint64(0)
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
			if err := j.Append(rs); err != nil {
				t.Fatal(err)
			}
			again := newWindow()
			if err := again.rebuild(j, seq); err != nil {
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
					t.Error("the oldest id was not let go")
				}
			}
		})
	}
}
