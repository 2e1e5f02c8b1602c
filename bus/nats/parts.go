package nats

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"curfew/bus/block"
)

// frameHead is the length of what stands before each part of a snapshot: its size and its checksum.
const frameHead = 8

// partWriter reads as the object of a snapshot: its lines in parts, one at a time.
type partWriter struct {
	seq  uint64
	next func() (line []byte, err error, ok bool)
	part int
	left []byte // of the part that is being read
	over bool
}

// Read fills p with the next bytes.
func (w *partWriter) Read(p []byte) (int, error) {
	if len(w.left) == 0 {
		if w.over {
			return 0, io.EOF
		}
		if err := w.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.left)
	w.left = w.left[n:]
	return n, nil
}

// fill makes the next part. The last one may be empty.
func (w *partWriter) fill() error {
	var lines []byte
	for len(lines) < block.PartBytes {
		line, err, ok := w.next()
		if err != nil {
			return err
		}
		if w.over = !ok; w.over {
			break
		}
		lines = append(append(lines, line...), '\n')
	}
	packed, err := block.Pack(lines)
	if err != nil {
		return err
	}
	head := binary.BigEndian.AppendUint32(nil, uint32(len(packed)))
	head = binary.BigEndian.AppendUint32(head, block.PartSum(w.seq, w.part, packed))
	w.left = append(head, packed...)
	w.part++
	return nil
}

// readPart reads, checks and unpacks the next part; io.EOF: there are no more.
func readPart(r io.Reader, seq uint64, part int) ([]byte, error) {
	var head [frameHead]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	size := binary.BigEndian.Uint32(head[:4])
	if size > maxFrameBytes {
		return nil, fmt.Errorf("it has %d bytes, at most %d are read", size, maxFrameBytes)
	}
	packed := make([]byte, size)
	if _, err := io.ReadFull(r, packed); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	if got, want := block.PartSum(seq, part, packed), binary.BigEndian.Uint32(head[4:]); got != want {
		return nil, fmt.Errorf("the checksum is %08x and should be %08x", got, want)
	}
	return block.Unpack(packed)
}
