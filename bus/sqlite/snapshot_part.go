package sqlite

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Bounds of the parts of a snapshot. Each is a transaction of its own, so that the journal's appends have their
// turn in between.
const (
	partBytes    = 4 << 20  // where a part ends, before it is compressed
	maxPartBytes = 64 << 20 // a part with a longer line is not read
)

// pack compresses: the states of jobs are much alike.
func pack(lines []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(lines)
	if err = errors.Join(err, w.Close()); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func unpack(packed []byte) ([]byte, error) {
	lines, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxPartBytes+1))
	if err == nil && len(lines) > maxPartBytes {
		err = fmt.Errorf("it has more than %d bytes", maxPartBytes)
	}
	return lines, err
}

// partSum is CRC-32C over the place of a part and what it holds.
func partSum(seq uint64, part int, packed []byte) uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], seq)
	binary.BigEndian.PutUint64(place[8:], uint64(part))
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, packed)
}
