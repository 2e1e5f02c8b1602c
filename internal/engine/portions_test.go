package engine

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"curfew/bus"
	"curfew/messages"
)

// TestCommitAll: more facts than the log takes at once are committed all the same, each once and in their order.
func TestCommitAll(t *testing.T) {
	const all = 2*factsAtOnce + 3
	var facts []messages.Fact
	for i := range all {
		facts = append(facts, messages.JobRemoved{Job: strconv.Itoa(i)})
	}
	seq := uint64(100)
	commit := func(_ context.Context, ds ...bus.Draft) (got []bus.Receipt, err error) {
		if len(ds) > factsAtOnce {
			t.Fatalf("%d facts at once", len(ds))
		}
		for _, d := range ds {
			if want := strconv.Itoa(int(seq - 100)); d.Fact.Key() != want {
				t.Fatalf("fact of %s, want %s", d.Fact.Key(), want)
			}
			seq++
			got = append(got, bus.Receipt{Seq: seq})
		}
		return got, nil
	}
	first, last, err := commitAll(t.Context(), commit, facts)
	if first != 101 || last != 100+all || err != nil {
		t.Errorf("committed %d to %d, want 101 to %d; %v", first, last, 100+all, err)
	}
	broken := errors.New("no")
	if _, _, err := commitAll(t.Context(), func(context.Context, ...bus.Draft) ([]bus.Receipt, error) { return nil, broken }, facts); !errors.Is(err, broken) {
		t.Errorf("the log refuses: %v", err)
	}
}
