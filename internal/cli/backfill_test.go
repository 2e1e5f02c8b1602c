package cli

import (
	"bytes"
	"testing"

	"curfew/internal/cli/sheet"
	"curfew/internal/contract"
	"curfew/messages"
)

func TestShowBackfill(t *testing.T) {
	limit := messages.SkipCatchUpLimit
	for _, c := range []struct {
		body contract.BackfillAccepted
		want string
	}{
		{contract.BackfillAccepted{Slots: 209717, Runs: []messages.RunID{"r"}}, "job a: 209717 slots backfilled in 1 run\n  see `curfew run show r`\n"},
		{contract.BackfillAccepted{Skipped: 7, Reason: &limit}, "job a: 0 slots backfilled in 0 runs\n  7 slots skipped: catch_up_limit\n"},
		{
			contract.BackfillAccepted{Slots: 9, Skipped: 1, Reason: &limit, AtLeast: true, Runs: []messages.RunID{"r", "s"}},
			"job a: 9 slots backfilled in 2 runs\n  at least 1 slot skipped: catch_up_limit\n  see `curfew run show r`\n  see `curfew run show s`\n",
		},
		{contract.BackfillAccepted{Slots: 9, AtLeast: true, Runs: []messages.RunID{"r"}}, "job a: at least 9 slots backfilled in 1 run\n  see `curfew run show r`\n"},
	} {
		var out bytes.Buffer
		if showBackfill(&sheet.Sheet{Out: &out}, "a", c.body); out.String() != c.want {
			t.Errorf("%swant\n%s", out.String(), c.want)
		}
	}
}
