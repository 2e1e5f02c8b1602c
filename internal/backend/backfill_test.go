package backend

import (
	"reflect"
	"testing"

	"curfew/internal/contract"
	"curfew/messages"
)

// TestBackfilled: what is answered is what was decided.
func TestBackfilled(t *testing.T) {
	f := messages.SlotsMissed{Job: "a", First: 1000, Slots: []messages.Instant{5000, 6000}, More: 4}
	limit := messages.SkipCatchUpLimit
	for _, c := range []struct {
		name string
		made []messages.Decision
		want contract.BackfillAccepted
	}{
		{"one run for all", []messages.Decision{messages.RunQueued{Run: "r", Missed: 5}}, contract.BackfillAccepted{Slots: 6, Runs: []messages.RunID{"r"}}},
		{"a run each", []messages.Decision{
			messages.SlotSkipped{Count: 4, Reason: limit}, messages.RunQueued{Run: "r"}, messages.RunQueued{Run: "s"},
		}, contract.BackfillAccepted{Slots: 2, Skipped: 4, Reason: &limit, Runs: []messages.RunID{"r", "s"}}},
		{"a held run takes them in", []messages.Decision{messages.RunHeld{Run: "r", Missed: 6}}, contract.BackfillAccepted{Slots: 6, Runs: []messages.RunID{"r"}}},
		{"none", []messages.Decision{messages.SlotSkipped{Count: 6, Reason: limit}}, contract.BackfillAccepted{Skipped: 6, Reason: &limit, Runs: []messages.RunID{}}},
	} {
		if got := backfilled(f, c.made); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
}
