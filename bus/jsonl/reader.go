package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"curfew/messages"
)

// MaxLine is the longest line that a [Reader] reads, in bytes.
const MaxLine = 8 << 20

// Corrupt is the error for a line that is not as it was written.
type Corrupt struct {
	Seq    uint64 // that the line names; if it cannot be read, one more than the line before
	Line   int    // from 1
	Reason string
}

// Error names the record and the line.
func (c *Corrupt) Error() string {
	return fmt.Sprintf("jsonl: record %d (line %d) is corrupt: %s", c.Seq, c.Line, c.Reason)
}

// A Reader reads an exported journal, line by line.
type Reader struct {
	// Snapshot is called with each line of a snapshot, while Next looks for the record after it. It must not keep the line.
	// Nil: snapshots are skipped.
	Snapshot func(of State, line []byte)

	r    *bufio.Reader
	at   Place // of the line before
	form canonical
	long []byte // room for a line that is longer than the buffer
}

// NewReader makes a reader of r.
func NewReader(r io.Reader) *Reader { return &Reader{r: bufio.NewReaderSize(r, 64<<10)} }

// A Place is a line of an export: its number, from 1, and the newest seq up to it.
type Place struct {
	Line int
	Seq  uint64
}

// Reset has the reader go on with another text, which comes after the line of that place.
func (r *Reader) Reset(text io.Reader, after Place) {
	r.r.Reset(text)
	r.at = after
}

// Place is the last line that was read. At the end of a text it is the last line of it.
func (r *Reader) Place() Place { return r.at }

// Next is the next record. At the end the error is io.EOF. For a damaged line it is a [*Corrupt], and the next call
// goes on after that line. Empty lines are skipped.
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
		if of, body, ok, err := snapshotOf(line); err != nil {
			return messages.Record{}, r.corrupt(of.Seq, err)
		} else if ok {
			if r.Snapshot != nil {
				r.Snapshot(of, body)
			}
			continue
		}
		rec, err := r.form.decode(line)
		if err != nil {
			return messages.Record{}, r.corrupt(rec.Seq, err)
		}
		r.at.Seq = rec.Seq
		return rec, nil
	}
}

func (r *Reader) corrupt(seq uint64, err error) error {
	if seq == 0 {
		seq = r.at.Seq + 1
	}
	r.at.Seq = seq
	return &Corrupt{Seq: seq, Line: r.at.Line, Reason: err.Error()}
}

var errLong = fmt.Errorf("it is longer than %d bytes", MaxLine)

// readLine is the next line with its newline; it is valid until the next call. A line that is too long is read and not
// kept.
func (r *Reader) readLine() (line []byte, err error) {
	r.at.Line++
	long := false
	for {
		part, err := r.r.ReadSlice('\n')
		switch long = long || len(line)+len(part) > MaxLine; {
		case long:
			line = nil
		case err == nil && len(line) == 0:
			line = part
		default:
			r.long = append(append(r.long[:0], line...), part...)
			line = r.long
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (long || len(line) > 0): // the last line lacks its end
		case errors.Is(err, io.EOF):
			r.at.Line--
			return nil, io.EOF
		case err != nil:
			return nil, fmt.Errorf("jsonl: read line %d: %w", r.at.Line, err)
		}
		if long {
			return nil, errLong
		}
		return line, nil
	}
}
