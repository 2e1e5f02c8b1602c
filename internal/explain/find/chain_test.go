package find_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"curfew/bus/jsonl"
	"curfew/bus/memory"
	"curfew/internal/explain/find"
	"curfew/messages"
)

// recorded is a recorded journal.
func recorded(t *testing.T, file string) (*memory.Journal, []messages.Record) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []messages.Record
	for in := jsonl.NewReader(f); ; {
		r, err := in.Next()
		if errors.Is(err, io.EOF) {
			j := memory.New()
			if err := j.Append(all); err != nil {
				t.Fatal(err)
			}
			return j, all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
}

// TestChains: of every record of the recorded journals the chain leads back to a fact from outside, each decision of it
// stands behind its fact, and whatever answers one of the record's decisions leads back to that decision.
func TestChains(t *testing.T) {
	files, err := filepath.Glob("../../../tests/testdata/journals/*.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		j, all := recorded(t, file)
		name := filepath.Base(file)
		answered, long := 0, 0
		for _, r := range all {
			c, err := find.Chain(t.Context(), j, r.Seq)
			if err != nil {
				t.Fatalf("%s %d: %v", name, r.Seq, err)
			}
			there := r.Seq == c.Fact.Seq
			for _, d := range c.Decisions {
				there = there || d.Seq == r.Seq
				if d.Cause != c.Fact.Seq {
					t.Errorf("%s %d: the decision %d does not follow from %d", name, r.Seq, d.Seq, c.Fact.Seq)
				}
			}
			if !there {
				t.Errorf("%s %d: it is not in its chain", name, r.Seq)
			}
			long = max(long, len(c.Before))
			for i := 0; i+1 < len(c.Before); i += 2 {
				if c.Before[i].Seq != c.Before[i+1].Cause || messages.KindOf(c.Before[i].Body) != messages.KindFact && !c.Cut {
					t.Errorf("%s %d: behind %d comes %d", name, r.Seq, c.Before[i].Seq, c.Before[i+1].Seq)
				}
			}
			for seq, a := range c.Answers {
				answered++
				back, err := find.Chain(t.Context(), j, a.Seq)
				if n := len(back.Before); err != nil || n == 0 || back.Before[n-1].Seq != seq {
					t.Errorf("%s: %d answers %d, and leads back to %+v, %v", name, a.Seq, seq, back.Before, err)
				}
			}
		}
		if answered == 0 || long == 0 {
			t.Errorf("%s: %d answers, the longest chain has %d: the test is wrong", name, answered, long)
		}
		if _, err := find.Chain(t.Context(), j, all[len(all)-1].Seq+1); !errors.Is(err, find.ErrNoRecord) {
			t.Errorf("%s: behind the end: %v", name, err)
		}
	}
}
