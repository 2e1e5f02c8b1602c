package sqlite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"curfew/bus"
	"curfew/messages"
)

// blockBytes is where a block ends. A record that is larger has a block of its own.
const blockBytes = 64 << 10

// block is a row of the SQLite journal: records as lines of JSON.
type block struct {
	first, last uint64
	lines       []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is CRC-32C over the block's place and its lines, so that a block in the wrong place is found, too.
func (b block) sum() uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], b.first)
	binary.BigEndian.PutUint64(place[8:], b.last)
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, b.lines)
}

// encodeBlocks writes records, which are not none, into blocks.
func encodeBlocks(rs []messages.Record) ([]block, error) {
	var blocks []block
	b := block{first: rs[0].Seq}
	for i, r := range rs {
		if want := rs[0].Seq + uint64(i); r.Seq != want {
			return nil, fmt.Errorf("seq %d where %d is next", r.Seq, want)
		}
		line, err := r.MarshalJSON()
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", r.Seq, err)
		}
		if len(b.lines) > 0 && len(b.lines)+len(line) >= blockBytes {
			blocks = append(blocks, b)
			b = block{first: r.Seq}
		}
		b.lines = append(append(b.lines, line...), '\n')
		b.last = r.Seq
	}
	return append(blocks, b), nil
}

// decode reads the records of a block whose checksum was read beside it.
func (b block) decode(crc int64) ([]messages.Record, error) {
	corrupt := func(why string) error { return &bus.Corrupt{First: b.first, Last: b.last, Reason: why} }
	if got := int64(b.sum()); got != crc {
		return nil, corrupt(fmt.Sprintf("the checksum is %08x and should be %08x", got, crc))
	}
	var rs []messages.Record
	for line := range bytes.Lines(b.lines) {
		var r messages.Record
		if err := r.UnmarshalJSON(line); err != nil {
			return nil, fmt.Errorf("%w; a newer curfew may have written it: %w", corrupt("cannot be read"), err)
		}
		if r.Seq != b.first+uint64(len(rs)) {
			return nil, corrupt(fmt.Sprintf("record %d is out of place", r.Seq))
		}
		rs = append(rs, r)
	}
	if uint64(len(rs)) != b.last-b.first+1 {
		return nil, corrupt(fmt.Sprintf("the block holds %d records", len(rs)))
	}
	return rs, nil
}
