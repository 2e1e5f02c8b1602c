package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"curfew/messages"
)

// MaxLine is the longest line that is read, in bytes.
const MaxLine = 8 << 20

// Corrupt says that a line is not what was written.
type Corrupt struct {
	Seq    uint64 // what the line says; if that cannot be read, the seq before it + 1
	Line   int    // from 1
	Reason string
}

// Error names the record and the line.
func (c *Corrupt) Error() string {
	return fmt.Sprintf("jsonl: record %d (line %d) is corrupt: %s", c.Seq, c.Line, c.Reason)
}

// Reader reads an exported journal, line by line.
type Reader struct {
	// Snapshot is called with each line of a snapshot and the seq that it is of, while Next looks for the
	// record behind it; nil: they are passed over. It may not keep the line.
	Snapshot func(seq uint64, line []byte)

	r    *bufio.Reader
	line int
	seq  uint64 // of the line before
}

// NewReader reads from r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// Next is the next record. At the end the error is io.EOF. A line that is damaged is a [*Corrupt]; the
// next call goes on behind it. Empty lines are passed over.
func (r *Reader) Next() (messages.Record, error) {
	for {
		line, err := r.readLine()
		switch {
		case errors.Is(err, errLong):
			return messages.Record{}, r.corrupt(0, err)
		case err != nil:
			return messages.Record{}, err
		case len(bytes.TrimSpace(line)) == 0:
			continue
		}
		if seq, body, ok, err := snapshotOf(line); err != nil {
			return messages.Record{}, r.corrupt(seq, err)
		} else if ok {
			if r.Snapshot != nil {
				r.Snapshot(seq, body)
			}
			continue
		}
		rec, err := Decode(line)
		if err != nil {
			return messages.Record{}, r.corrupt(rec.Seq, err)
		}
		r.seq = rec.Seq
		return rec, nil
	}
}

func (r *Reader) corrupt(seq uint64, err error) error {
	if seq == 0 {
		seq = r.seq + 1
	}
	r.seq = seq
	return &Corrupt{Seq: seq, Line: r.line, Reason: err.Error()}
}

var errLong = fmt.Errorf("it is longer than %d bytes", MaxLine)

// readLine is the next line, its end included. Of a line that is too long nothing is kept.
func (r *Reader) readLine() (line []byte, err error) {
	r.line++
	long := false
	for {
		part, err := r.r.ReadSlice('\n')
		if long = long || len(line)+len(part) > MaxLine; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (long || len(line) > 0): // the last line lacks its end
		case errors.Is(err, io.EOF):
			return nil, io.EOF
		case err != nil:
			return nil, fmt.Errorf("jsonl: read line %d: %w", r.line, err)
		}
		if long {
			return nil, errLong
		}
		return line, nil
	}
}
