package bus

import (
	"fmt"
	"sync"

	"curfew/messages"
)

// A Memory is a journal that forgets everything with the process: for tests, and for demonstrations.
// It grows with every record. Closing it keeps its records, so a test can open a log on it again.
type Memory struct {
	mu      sync.RWMutex
	records []messages.Record
	cursors map[cursorKey]Cursor
}

var _ Journal = (*Memory)(nil)

type cursorKey struct {
	name  string
	topic messages.Topic
}

// NewMemory is an empty journal in memory.
func NewMemory() *Memory { return &Memory{cursors: make(map[cursorKey]Cursor)} }

// Append keeps the records.
func (m *Memory) Append(rs []messages.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range rs {
		if want := uint64(len(m.records) + i + 1); r.Seq != want {
			return fmt.Errorf("bus: memory: append: seq %d where %d is next", r.Seq, want)
		}
	}
	m.records = append(m.records, rs...)
	return nil
}

// Read returns records from that seq on.
func (m *Memory) Read(from uint64, limit int) ([]messages.Record, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	from = max(from, 1)
	if from > uint64(len(m.records)) {
		return nil, nil
	}
	return clip(m.records[from-1:], limit), nil
}

// Last is the number of records.
func (m *Memory) Last() (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return uint64(len(m.records)), nil
}

// Cursors returns every cursor that was saved.
func (m *Memory) Cursors() ([]Cursor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	cs := make([]Cursor, 0, len(m.cursors))
	for _, c := range m.cursors {
		cs = append(cs, c)
	}
	return cs, nil
}

// SaveCursor keeps the cursor.
func (m *Memory) SaveCursor(c Cursor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursors[cursorKey{c.Name, c.Topic}] = c
	return nil
}

// Close does nothing.
func (m *Memory) Close() error { return nil }
