package block

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
)

// Bounds of the parts of a snapshot. Each part is written by itself, so that appends have their turn in between.
const (
	PartBytes    = 4 << 20  // the size at which a part ends, before compression
	maxPartBytes = 64 << 20 // a larger part is not read
)

// Pack compresses lines. That saves much, because the states of jobs are alike.
func Pack(lines []byte) ([]byte, error) {
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

// Unpack is the lines that [Pack] compressed.
func Unpack(packed []byte) ([]byte, error) {
	lines, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed)), maxPartBytes+1))
	if err == nil && len(lines) > maxPartBytes {
		err = fmt.Errorf("the part has more than %d bytes", maxPartBytes)
	}
	return lines, err
}

// PartSum is CRC-32C over the place of a part and its content.
func PartSum(seq uint64, part int, packed []byte) uint32 {
	var place [16]byte
	binary.BigEndian.PutUint64(place[:8], seq)
	binary.BigEndian.PutUint64(place[8:], uint64(part))
	return crc32.Update(crc32.Checksum(place[:], castagnoli), castagnoli, packed)
}
