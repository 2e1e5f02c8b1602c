package block_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/klauspost/compress/s2"

	"curfew/bus"
	"curfew/bus/block"
	"curfew/bus/bustest"
)

// stored is a block of that many records, as a file keeps it.
func stored(t *testing.T, records int) (b block.Block, crc int64) {
	t.Helper()
	blocks, _, err := block.Encode(bustest.Jobs(records), nil)
	if err != nil || len(blocks) != 1 {
		t.Fatalf("%d blocks: %v", len(blocks), err)
	}
	b = blocks[0]
	crc = int64(b.Sum())
	b.Lines = b.Stored(new([]byte))
	return b, crc
}

// Lines are compressed where that saves a page, and come back as they were.
func TestLinesAreRestored(t *testing.T) {
	for _, records := range []int{1, 100} {
		whole, _, err := block.Encode(bustest.Jobs(records), nil)
		if err != nil {
			t.Fatal(err)
		}
		b, crc := stored(t, records)
		if packed := len(b.Lines) < len(whole[0].Lines)/3; packed != (records > 1) {
			t.Errorf("%d records: %d bytes are stored of %d", records, len(b.Lines), len(whole[0].Lines))
		}
		rs, err := b.Decode(crc)
		if err != nil || len(rs) != records {
			t.Errorf("%d records, %d came back: %v", records, len(rs), err)
		}
		for range 2 { // restoring what is restored changes nothing
			if err := b.Restore(); err != nil || string(b.Lines) != string(whole[0].Lines) {
				t.Fatalf("%d records: other lines: %v", records, err)
			}
		}
	}
}

// Whatever bit of a stored block is flipped, it is found.
func TestDamageOfStoredLines(t *testing.T) {
	whole, crc := stored(t, 100)
	for i := range 8 * len(whole.Lines) {
		b := whole
		b.Lines = slices.Clone(whole.Lines)
		b.Lines[i/8] ^= 1 << (i % 8)
		rs, err := b.Decode(crc)
		var corrupt *bus.Corrupt
		if !errors.As(err, &corrupt) || corrupt.First != b.First || corrupt.Last != b.Last {
			t.Fatalf("bit %d: %d records, %v", i, len(rs), err)
		}
	}
}

// Lines that are larger than any that would be restored stay as they are; lines that claim to be so are damaged.
func TestLinesThatAreTooLong(t *testing.T) {
	long := block.Block{First: 1, Last: 1, Lines: bytes.Repeat([]byte("{"), 65<<20)}
	if stored := long.Stored(new([]byte)); len(stored) != len(long.Lines) {
		t.Errorf("%d bytes are stored of %d", len(stored), len(long.Lines))
	}
	b := block.Block{First: 1, Last: 2, Lines: s2.Encode(nil, make([]byte, 65<<20))}
	var corrupt *bus.Corrupt
	if err := b.Restore(); !errors.As(err, &corrupt) {
		t.Errorf("%d bytes, %v", len(b.Lines), err)
	}
}
