package bus_test

import (
	"fmt"
	"testing"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// discards keeps no record.
type discards struct{ *memory.Journal }

func (discards) Append([]messages.Record) error { return nil }

// TestABatchIsCheap: the memory of a batch is used again, so that a decision costs its id, and a fact what its caller
// learns of it.
func TestABatchIsCheap(t *testing.T) {
	const facts, runs = 1000, 20
	decided := []messages.Decision{messages.RunFinished{Job: "a"}, messages.RunFinished{Job: "b"}}
	l := openLog(t, bus.Options{Journal: discards{memory.New()}, Step: func(messages.Instant, uint64, messages.Fact) []messages.Decision {
		return decided
	}})
	var calls [][]bus.Draft
	for i := range runs + 1 {
		call := make([]bus.Draft, facts)
		for k := range call {
			call[k] = bus.Draft{ID: fmt.Sprint(i, "-", k), Fact: messages.JobPaused{Job: "a"}}
		}
		calls = append(calls, call)
	}
	n := testing.AllocsPerRun(runs, func() {
		if _, err := l.Commit(t.Context(), calls[0]...); err != nil {
			t.Fatal(err)
		}
		calls = calls[1:]
	})
	if perFact := n / facts; perFact > 3.1 { // the ids of two decisions, and the list of them
		t.Errorf("%.2f allocations a fact", perFact)
	}
}
