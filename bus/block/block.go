// Package block is the form in which drivers keep records and snapshots: records in blocks of lines with a checksum,
// snapshots in parts that are compressed.
package block

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"curfew/bus"
	"curfew/messages"
)

// Bytes is the size at which a block ends. A larger record has a block of its own.
const Bytes = 64 << 10

// lineBytes is about how long a line is; lines are given as much room at first.
const lineBytes = 320

// A Block is records that follow each other, as lines of JSON.
type Block struct {
	First, Last uint64
	Lines       []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Sum is CRC-32C over the block's seqs and its lines, so that it notices a block in the wrong place, too.
func (b Block) Sum() uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], b.First)
	binary.BigEndian.PutUint64(place[8:], b.Last)
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, b.Lines)
}

// Encode writes records, at least one, into blocks. Their lines are in used: in the memory of room, as far as it goes.
func Encode(rs []messages.Record, room []byte) (blocks []Block, used []byte, err error) {
	return EncodeIn(rs, room, Bytes)
}

// EncodeIn is Encode with blocks of another size.
func EncodeIn(rs []messages.Record, room []byte, size int) (blocks []Block, used []byte, err error) {
	if used = room[:0]; cap(used) == 0 {
		used = make([]byte, 0, lineBytes*len(rs))
	}
	var lines messages.Lines
	var ends []int // of the blocks but the last, in used
	from, b := 0, Block{First: rs[0].Seq}
	for i := range rs {
		r := &rs[i]
		if want := rs[0].Seq + uint64(i); r.Seq != want {
			return nil, nil, fmt.Errorf("record %d does not follow: the next is %d", r.Seq, want)
		}
		begin := len(used)
		if used, err = lines.Append(used, r); err != nil {
			return nil, nil, fmt.Errorf("record %d: %w", r.Seq, err)
		}
		if begin > from && len(used)-from >= size { // the line begins the next block
			blocks, ends = append(blocks, b), append(ends, begin)
			from, b = begin, Block{First: r.Seq}
		}
		used, b.Last = append(used, '\n'), r.Seq
	}
	blocks, from = append(blocks, b), 0
	for i, to := range append(ends, len(used)) {
		blocks[i].Lines, from = used[from:to:to], to
	}
	return blocks, used, nil
}

// Decode restores the block's lines, checks them against the checksum and reads the records.
func (b Block) Decode(crc int64) ([]messages.Record, error) {
	if err := b.Restore(); err != nil {
		return nil, err
	}
	corrupt := func(why string) error { return &bus.Corrupt{First: b.First, Last: b.Last, Reason: why} }
	if got := int64(b.Sum()); got != crc {
		return nil, corrupt(fmt.Sprintf("the checksum is %08x and should be %08x", got, crc))
	}
	var rs []messages.Record
	var shelf messages.Shelf
	for line := range bytes.Lines(b.Lines) {
		var r messages.Record
		if err := r.UnmarshalSharing(line, &shelf); err != nil {
			return nil, b.Unreadable(err)
		}
		if r.Seq != b.First+uint64(len(rs)) {
			return nil, corrupt(fmt.Sprintf("record %d is out of place", r.Seq))
		}
		rs = append(rs, r)
	}
	if uint64(len(rs)) != b.Last-b.First+1 {
		return nil, corrupt(fmt.Sprintf("the block holds %d records", len(rs)))
	}
	return rs, nil
}

// Unreadable is the error for a block whose checksum is right and whose lines cannot be decoded.
func (b Block) Unreadable(err error) error {
	damage := &bus.Corrupt{First: b.First, Last: b.Last, Reason: "cannot be read"}
	return fmt.Errorf("%w; a newer curfew may have written it: %w", damage, err)
}
