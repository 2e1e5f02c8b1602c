package block

import (
	"fmt"

	"github.com/klauspost/compress/s2"

	"curfew/bus"
)

const (
	storedFrom = 2 << 10  // lines of at least that many bytes are compressed; fewer take a page of a file either way
	maxLines   = 64 << 20 // longer lines stay as they are, and lines that claim to be longer are not restored
	compressed = 0x80     // is set in the first byte, of how long the lines are; lines themselves begin with a brace
)

// Stored is how a file keeps the block's lines: as they are, or compressed. The lines of a journal are so much alike
// that a sixth remains. They are compressed in the memory of room, which grows as it has to and is used by the next call.
func (b *Block) Stored(room *[]byte) []byte {
	if len(b.Lines) < storedFrom || len(b.Lines) > maxLines {
		return b.Lines
	}
	*room = s2.Encode((*room)[:cap(*room)], b.Lines)
	return *room
}

// Restore makes the block's lines what they were, if they are as Stored returned them.
func (b *Block) Restore() error {
	if len(b.Lines) == 0 || b.Lines[0]&compressed == 0 {
		return nil
	}
	n, err := s2.DecodedLen(b.Lines)
	if err == nil && n > maxLines {
		err = fmt.Errorf("they claim to have %d bytes", n)
	}
	var lines []byte
	if err == nil {
		lines, err = s2.Decode(nil, b.Lines)
	}
	if err != nil {
		return &bus.Corrupt{First: b.First, Last: b.Last, Reason: "the lines cannot be restored: " + err.Error()}
	}
	b.Lines = lines
	return nil
}
