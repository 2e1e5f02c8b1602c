// Package memory keeps the journal of a log in memory, for tests.
package memory

import (
	"fmt"
	"iter"
	"slices"
	"sync"

	"curfew/bus"
	"curfew/messages"
)

// A Journal is a journal that forgets everything with the process: for tests, and for demonstrations.
// It grows with every record. Closing it keeps its records, so a test can open a log on it again.
type Journal struct {
	mu        sync.RWMutex
	dropped   uint64 // records that were let go
	records   []messages.Record
	cursors   map[cursorKey]bus.Cursor
	snapshots []memorySnapshot // oldest first
}

type memorySnapshot struct {
	bus.Snapshot
	lines [][]byte
}

var _ bus.Journal = (*Journal)(nil)

type cursorKey struct {
	name  string
	topic messages.Topic
}

// New is an empty journal in memory.
func New() *Journal { return &Journal{cursors: make(map[cursorKey]bus.Cursor)} }

// Append keeps the records.
func (m *Journal) Append(rs []messages.Record) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for i, r := range rs {
		if want := m.dropped + uint64(len(m.records)+i+1); r.Seq != want {
			return fmt.Errorf("bus: memory: append: seq %d where %d is next", r.Seq, want)
		}
	}
	m.records = append(m.records, rs...)
	return nil
}

// Read returns records from that seq on.
func (m *Journal) Read(from uint64, limit int) ([]messages.Record, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	skip := max(from, m.dropped+1) - m.dropped - 1
	if skip >= uint64(len(m.records)) {
		return nil, nil
	}
	return bus.Clip(m.records[skip:], limit), nil
}

// First is the seq of the oldest record that is kept.
func (m *Journal) First() (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.dropped + 1, nil
}

// Last is the seq of the newest record.
func (m *Journal) Last() (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.dropped + uint64(len(m.records)), nil
}

// Cursors returns every cursor that was saved.
func (m *Journal) Cursors() ([]bus.Cursor, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	cs := make([]bus.Cursor, 0, len(m.cursors))
	for _, c := range m.cursors {
		cs = append(cs, c)
	}
	return cs, nil
}

// SaveCursor keeps the cursor.
func (m *Journal) SaveCursor(c bus.Cursor) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cursors[cursorKey{c.Name, c.Topic}] = c
	return nil
}

// SaveSnapshot keeps the lines.
func (m *Journal) SaveSnapshot(s bus.Snapshot, lines iter.Seq2[[]byte, error]) error {
	kept := memorySnapshot{Snapshot: s}
	for line, err := range lines {
		if err != nil {
			return fmt.Errorf("bus: memory: save snapshot: %w", err)
		}
		kept.lines = append(kept.lines, slices.Clone(line))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.snapshots = slices.DeleteFunc(m.snapshots, func(o memorySnapshot) bool { return o.Seq == s.Seq })
	m.snapshots = append(m.snapshots, kept)
	if seq, ok := bus.Surplus(m.listed()); ok {
		m.snapshots = slices.DeleteFunc(m.snapshots, func(o memorySnapshot) bool { return o.Seq == seq })
	}
	return nil
}

// Snapshots lists what SaveSnapshot kept, newest first.
func (m *Journal) Snapshots() (all []bus.Snapshot, err error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.listed(), nil
}

func (m *Journal) listed() (all []bus.Snapshot) {
	for _, s := range slices.Backward(m.snapshots) {
		all = append(all, s.Snapshot)
	}
	return all
}

// SnapshotLines reads one of them.
func (m *Journal) SnapshotLines(seq uint64) iter.Seq2[[]byte, error] {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for _, s := range m.snapshots {
		if s.Seq == seq {
			return func(yield func([]byte, error) bool) {
				for _, line := range s.lines {
					if !yield(line, nil) {
						return
					}
				}
			}
		}
	}
	return failed(fmt.Errorf("bus: memory: %w", noSnapshot(seq)))
}

// Cut finds the oldest record to keep.
func (m *Journal) Cut(before messages.Instant, bytes int64) (uint64, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	kept := int64(0)
	for i, r := range slices.Backward(m.records) {
		kept += int64(bus.Weight(r.Body))
		if r.At < before || bytes > 0 && kept > bytes {
			return m.dropped + uint64(i) + 2, nil
		}
	}
	return m.dropped + 1, nil
}

// Drop lets go of records before that seq.
func (m *Journal) Drop(before uint64) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for n+1 < len(m.records) && m.records[n].Seq < before {
		n++
	}
	m.records, m.dropped = slices.Clone(m.records[n:]), m.dropped+uint64(n)
	m.snapshots = slices.DeleteFunc(m.snapshots, func(s memorySnapshot) bool { return s.Seq < m.dropped })
	return nil
}

// Close does nothing.
func (m *Journal) Close() error { return nil }

// failed is lines that cannot be read.
func failed(err error) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) { yield(nil, err) }
}

func noSnapshot(seq uint64) error { return fmt.Errorf("there is no snapshot %d", seq) }
