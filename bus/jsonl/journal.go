package jsonl

import (
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"curfew/bus"
	"curfew/bus/memory"
	"curfew/messages"
)

// Journal is a journal in a file of lines, for tests that want to look at it: every record is held in
// memory, too, and cursors are forgotten with the process. Foreign messages stand in the file like others.
type Journal struct {
	*memory.Journal // what the file holds

	mu     sync.Mutex
	f      *os.File
	closed bool
}

var _ bus.Journal = (*Journal)(nil)

// Open opens the journal in that file, or makes it. A line that is damaged is a [*Corrupt].
func Open(path string) (*Journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("jsonl: %w", err)
	}
	j := &Journal{Journal: memory.New(), f: f}
	for r := NewReader(f); ; {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			return j, nil
		}
		if err == nil {
			err = j.Journal.Append([]messages.Record{rec})
		}
		if err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
}

// Append writes the records and syncs the file.
func (j *Journal) Append(rs []messages.Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	w := NewWriter(j.f)
	for _, r := range rs {
		if err := w.Write(r); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := j.f.Sync(); err != nil {
		return fmt.Errorf("jsonl: %w", err)
	}
	return j.Journal.Append(rs)
}

// Close closes the file. Closing it twice is no error.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	j.closed = true
	if err := j.f.Close(); err != nil {
		return fmt.Errorf("jsonl: %w", err)
	}
	return nil
}
