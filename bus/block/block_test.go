package block_test

import (
	"testing"

	"curfew/bus/block"
	"curfew/bus/bustest"
)

// TestLinesUseTheirRoom: lines go into the memory that they are given, and nothing is allocated for a record.
func TestLinesUseTheirRoom(t *testing.T) {
	rs := bustest.Chain(4000)
	_, room, err := block.Encode(rs, nil)
	if err != nil {
		t.Fatal(err)
	}
	n := testing.AllocsPerRun(5, func() {
		if _, _, err := block.Encode(rs, room); err != nil {
			t.Fatal(err)
		}
	})
	if n > 40 { // the list of blocks
		t.Errorf("%v allocations", n)
	}
}
