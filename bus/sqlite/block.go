package sqlite

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"curfew/bus"
	"curfew/messages"
)

// blockBytes is the size at which a block ends. A larger record has a block of its own.
const blockBytes = 64 << 10

// lineBytes is about how long a line is; blocks are given as much room at first.
const lineBytes = 320

// block is a row of the journal: records as lines of JSON.
type block struct {
	first, last uint64
	lines       []byte
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is CRC-32C over the block's seqs and its lines, so that it notices a block in the wrong place, too.
func (b block) sum() uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], b.first)
	binary.BigEndian.PutUint64(place[8:], b.last)
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, b.lines)
}

// encodeBlocks writes records, at least one, into blocks.
func encodeBlocks(rs []messages.Record) ([]block, error) {
	var blocks []block
	b := block{first: rs[0].Seq, lines: make([]byte, 0, min(blockBytes, lineBytes*len(rs)))}
	for i, r := range rs {
		if want := rs[0].Seq + uint64(i); r.Seq != want {
			return nil, fmt.Errorf("record %d does not follow: the next is %d", r.Seq, want)
		}
		before := len(b.lines)
		lines, err := r.AppendJSON(b.lines)
		if err != nil {
			return nil, fmt.Errorf("record %d: %w", r.Seq, err)
		}
		if before > 0 && len(lines) >= blockBytes { // the line begins the next block
			blocks = append(blocks, b)
			line := lines[before:]
			room := max(len(line)+1, min(blockBytes, lineBytes*(len(rs)-i)))
			b, lines = block{first: r.Seq}, append(make([]byte, 0, room), line...)
		}
		b.lines, b.last = append(lines, '\n'), r.Seq
	}
	return append(blocks, b), nil
}

// decode checks the block against the checksum of its row and reads its records.
func (b block) decode(crc int64) ([]messages.Record, error) {
	corrupt := func(why string) error { return &bus.Corrupt{First: b.first, Last: b.last, Reason: why} }
	if got := int64(b.sum()); got != crc {
		return nil, corrupt(fmt.Sprintf("the checksum is %08x and should be %08x", got, crc))
	}
	var rs []messages.Record
	for line := range bytes.Lines(b.lines) {
		var r messages.Record
		if err := r.UnmarshalJSON(line); err != nil {
			return nil, b.unreadable(err)
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

// unreadable is the error for a block whose checksum is right and whose lines cannot be decoded.
func (b block) unreadable(err error) error {
	damage := &bus.Corrupt{First: b.first, Last: b.last, Reason: "cannot be read"}
	return fmt.Errorf("%w; a newer curfew may have written it: %w", damage, err)
}
