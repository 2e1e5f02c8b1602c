package jsonl

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"

	"curfew/bus"
	"curfew/messages"
)

// A Writer writes records as lines.
type Writer struct {
	w    *bufio.Writer
	form canonical
	line []byte // room for the next
}

// NewWriter makes a writer to w. It buffers lines until [Writer.Flush].
func NewWriter(w io.Writer) *Writer { return &Writer{w: bufio.NewWriterSize(w, 64<<10)} }

// Write writes one record.
func (w *Writer) Write(r messages.Record) error {
	line, err := w.form.encode(w.line[:0], r)
	if err != nil {
		return err
	}
	w.line = append(line, '\n')
	if _, err := w.w.Write(w.line); err != nil {
		return fmt.Errorf("jsonl: write record %d: %w", r.Seq, err)
	}
	return nil
}

// Flush writes the buffered lines.
func (w *Writer) Flush() error {
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("jsonl: write: %w", err)
	}
	return nil
}

// Export writes the journal's facts and decisions and returns how many there are. It leaves out messages that are not
// Curfew's. If old records were removed from the journal, it writes a snapshot, from which a replay can begin, if there is
// one. If the journal is damaged, it writes the records before the damage, and the error names the seq.
func Export(w io.Writer, j bus.Journal) (records int, err error) {
	s, err := SpanOf(j, 1, math.MaxUint64)
	if err != nil && !errors.Is(err, ErrNotReplayable) {
		return 0, fmt.Errorf("jsonl: export: %w", err)
	}
	s.To = math.MaxUint64 // also what comes meanwhile
	return s.Export(w, j)
}
